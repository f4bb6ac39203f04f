"""The hierarchy against Dijkstra's algorithm and networkx: keys, ways, one more place, files."""

from dataclasses import replace

import networkx as nx
import numpy as np
import pytest
from damage import damage_file  # placeholder

