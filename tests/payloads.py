"""What a school, a stop or a village may be called by someone who means harm, or by accident."""

MARKUP = {
    "element": "<img src=x onerror=window.fired=1>",
    "end of script": "</script><script>window.fired=1</script>",
    "drawing": "<svg/onload=window.fired=1>",
    "template string": "${window.fired=1}",
    "escaped bracket": r"\x3cimg src=x onerror=window.fired=1\x3e",
    "end of string": "';window.fired=1;//\"",
    "end of attribute": '" onmouseover=window.fired=1 autofocus onfocus=window.fired=1 x="',
    "address": "javascript:window.fired=1",
    "backtick": "`;window.fired=1;`",
    "jinja": "{{ cycler.__init__.__globals__.os.environ['PATH'] }}",
    "jinja left open": "{# \u697c",
    "jinja statement": "{% raw %}",
    "format string": "{0.__class__} {missing} %(x)s %n",
    "comment": "<!--<script>window.fired=1//",
}
"""For pages: each would run, or would break the page, where text is not kept text."""

FORMULAS = {
    "formula": '=HYPERLINK("http://127.0.0.1/x","open")',
    "command": "=cmd|' /C calc'!A0",
    "plus": "+1+1",
    "minus": "-1+1",
    "at": "@SUM(1,1)",
    "tab": "\t=1+1",
    "return": "\r=1+1",
    "full-width": "\uff1d1+1",
}
"""For spreadsheets: each would be worked out, or take the reader elsewhere."""

PATHS = {
    "up": "../../up",
    "down": "..\\..\\up",
    "absolute": "/etc/passwd",
    "nul": "a\0b",
    "device": "CON",
    "two schools": "\u7b2c\u4e00/\u5c0f\u5b66",
    "long": "\u5b66" * 200,
    "dots": "..",
}
"""For names of files."""

SIGNS = {
    "colours": "\x1b[31m\x1b]0;owned\x07",
    "bell": "\x07\x08\x7f",
    "controls": "\x01\x0b\x9b2J",
    "right to left": "\u202egnp.exe",
    "isolated": "\u2066a\u2069\u2067b",
    "zero width": "\u6751\u200b\u200d\ufeff\u5c0f",
    "lone half": "\ud800",
    "new line": "a\nb\u2028c\u2029d",
}
"""For screens: each would steer a terminal, or show something other than it is."""

PAYLOADS = {**MARKUP, **FORMULAS, **PATHS, **SIGNS}

STORABLE = {
    name: text for name, text in PAYLOADS.items() if "\0" not in text and name != "lone half"
}
"""Those that a file of UTF-8 text can hold; a plan with others cannot be saved."""

ALL_SIGNS = "".join(text for name, text in SIGNS.items() if name != "lone half")
"""All of the signs at once."""

EVERYTHING = "".join(MARKUP.values())
"""All of the markup at once: one page shows it all."""
