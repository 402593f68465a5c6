"""How people, keyboards and programs spell a contact: for whatever masks, finds or erases one."""

# What has been seen between the parts of a number.
BETWEEN = (
    *("/", "_", "•", "·", "*", ", ", ":", ";", "|", "=", "'", '"', "!", "…", "+", "&", "<", ">"),
    *(" [", "] ", " – ", " / ", "    ", "\t", "\n", "\r\n", "\u2212", "\u2009", "\u202f", "\u00ad"),
    *("\u200b", "\u200e", "\u2060", "\ufeff", "[U+200B]", "[U+2060]", "[U+FEFF]", "[U+0001]"),
    *("%20", "%2520", "%252D", "%E2%80%8B", "%E2%80%AF", "&nbsp;", "&amp;nbsp;", "&amp;#8239;"),
    *("&amp;", "&lt;", "&gt;", "&quot;", "&#34;", "&#39;", "&#x27;"),
    *(r"\u202f", r"\u00a0", r"\n", r"\t"),
)
# What stands for the sign of an address, and for its dot.
AT_SIGNS = (
    *("@", " @ ", "  @  ", "   @   ", "\t@", "@\n", "\uff20", " \ufe6b ", "'@", '"@', "&@"),
    *("%40", "%2540", "%252540", "&#64;", "&commat;", "&#39;@", "&#34;@", "&amp;@", "&nbsp;@"),
    *("\u200b@", "\u200b@\u200b", "[U+200B]@", "[U+200B]@[U+200B]", "&nbsp;@&nbsp;"),
)
DOTS = (
    *(".", " .", " . ", "\uff0e", "\u3002", "\u200b.", "[U+200B].", "[U+FEFF].", ".[U+FEFF]"),
    *("%E2%80%8B.", ".%E2%80%8B"),
)
