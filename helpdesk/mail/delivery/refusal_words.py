"""The words that mail servers refuse a mail with, by what they are about, in the languages that are seen in the field.

The order decides: the first kind whose words are found is the one. Texts about the sender, about pace and about room
come first, because they often name the mailbox as well.
"""

import re
from enum import Enum, auto


class About(Enum):
    """What a refusal is about. Where two kinds differ in certainty, the weaker one yields to the server's code."""

    SENDER = auto()  # our own address
    PACE = auto()  # too much mail at once, from us or to the mailbox
    FULL = auto()  # the mailbox or its server has no room left
    NO_MAILBOX = auto()
    SENDER_BLOCKED = auto()  # our server's name, reputation or signature
    NO_DOMAIN = auto()
    MAYBE_NO_MAILBOX = auto()  # the recipient is named, and not why
    DISABLED = auto()
    MOVED = auto()
    RELAYING = auto()  # the server takes no mail for this domain from us
    TOO_LARGE = auto()
    POLICY = auto()  # the server's own rules
    SYNTAX = auto()
    ROUTE = auto()  # loops, connections and name service
    SERVER = auto()  # a fault of the server itself
    UNCLEAR = auto()


# A few words with nothing between sentences: the bound keeps every search short.
_GAP = r"[^.;!?]{0,40}?"
_BOX = r"(?:mail ?box|inbox|mail ?drop|maildir|mail ?folder)"
_USER = rf"(?:users?|user ?names?|recipients?|addressee|{_BOX}|account|user ?id|customer|subscriber|e-?mail address)"
_ADDRESS = r"(?<!ip )(?<!host )(?<!server )(?<!dynamic )address(?:es)?"
_NOT = r"(?:not|n't|no longer|never)"

_SENDER = (
    r"(?:sender|mail from|return[- ]path|originator|envelope)(?:'s)?(?: e-?mail)? ?(?:address|domain|id|verif\w{1,7}|"
    r"path"
    r"|user|callout)?(?: is| was)? ?(?:reject|denied|invalid|not |unknown|fail|refus|must|does|doesn't|cannot|blocked|"
    r"undeliverable|required|unresol)",
    r"(?:invalid|unknown|unverified|bad|reject\w{0,3}|forged|unresolvable|denied|blocked|fake|illegal|verify) "
    r"(?:\w{1,8} )?"
    r"(?:sender|return[- ]path|mail from|originator)",
    rf"sender (?:address|domain|host){_GAP}(?:{_NOT}|reject|denied|invalid|unknown)",
    r"domain of (?:the )?sender|sender (?:verify|verification|callback|callout|policy)|in sender address|outbound "
    r"sender",
    r"your (?:\w{1,10} )?(?:domain|sender|e-?mail address|return address) (?:is|does|doesn't|has|must|was|cannot)",
)
_PACE = (
    r"too many (?:\w{1,12} )?(?:recipients|messages|connections|mails|e-?mails|sessions|errors|invalid|unknown|bad)"
    r"(?! (?:in|on) (?:the |this |your )?(?:mailbox|folder|inbox|server))",
    r"rate[- ]?limit|rate control|rate exceed|(?:at|exceed\w{0,3}) a rate|throttl|too (?:quickly|fast|frequently|"
    r"often)",
    r"(?:daily|hourly|sending|per[- ]hour|connection|submission|outgoing) (?:\w{1,10} )?(?:quota|limit|rate)",
    rf"exceed\w{{0,3}} {_GAP}(?:\brate\b|hourly|daily|sending|per (?:hour|day|minute)|connections|recipients)",
    r"sent too (?:many|much)|too much mail|(?:this|per|an) hour\b|excessive (?:volume|rate|number)|unusual rate",
)
_FULL = (
    r"over ?quota|quota ?exceeded|exceed\w{0,4} (?:\w{1,12} ){0,6}(?:quota|storage|disk|allocation|mailbox)",
    r"quota\b (?:\w{1,10} ){0,4}(?:exceed|full|violat|reach|limit)|(?:over|out of|beyond|above|reached|hit|full) "
    r"(?:\w{1,12} ){0,4}(?:quota|storage|disk|space|allocation)|disk quota|quota\)",
    rf"{_BOX}\b(?:'s)?[^;!?]{{0,40}}?(?:\bfull\b|too (?:large|big)\b|size limit|exceed\w{{0,3}}|no room|over "
    rf"(?:\w{{1,8}} )?limit)",
    r"\bfull (?:mail ?box|inbox)|(?:mailbox|mail|inbox)[-_]?full|mailbox[-_]full|(?:user|account|recipient|folder|"
    r"disk|storage|spool)s?"
    r"(?:'s \w{1,10})? (?:is |are |has become )?(?:\w{1,8} )?full\b|over(?: the)? (?:allowed |maximum |storage "
    r")?limit|overlimit",
    r"space (?:is )?not enough|"
    r"insufficient (?:\w{1,8} )?(?:storage|space|disk)|not enough (?:\w{1,8} )?(?:storage|space|disk|room)|no space "
    r"left|"
    r"no (?:disk|storage|more) (?:space|room)|storage (?:limit|exceeded|full)|too many messages (?:in|on)",
    r"speicherplatz|(?:postfach|mailbox)\b[^.;]{0,20}\bvoll|cuota|buz.n\b[^.;]{0,20}\bllen|quota (?:atteint|d.pass|"
    r"superat)|"
    r"bo.te\b[^.;]{0,40}pleine|casella\b[^.;]{0,20}piena|cheia|cota excedid|przepe.nion|переполнен|превышен",
    r"容量|いっぱい|満杯|已满|已滿|邮箱满|超出|초과",
)
_NO_MAILBOX = (
    rf"(?:unknown|no such|non-?existent|non-?existing|inexistent|not existing|unregistered) (?:\w{{1,10}} ){{0,2}}?"
    rf"(?:local )?(?:{_USER}|{_ADDRESS}|mail ?address|person|alias|local part)\b(?! (?:type|syntax|format))",
    rf"(?:{_USER}|{_ADDRESS}|alias)\b(?: \(\w{{1,20}}\))?(?: address)?[^.;!?]{{0,50}}?\b(?:is |was |are |were |has |"
    rf"have )?"
    r"(?:\w{1,8} )?(?:unknown|non-?existent|inexistent|not known|not found|not be found|not been found|not listed|"
    r"not exist\w{0,3}|n't exist|n't be found|n't found|n't listed|not recogni[sz]ed|not registered|not hosted here|"
    r"not in (?:\w{1,12} ){0,3}(?:directory|list|database|book)|not a (?:valid |known |local |registered )*(?:user|"
    r"mailbox|"
    r"recipient|address|account|customer|member)|never existed|no longer (?:exist\w?|here|in use|valid|available|with|"
    r"at))\b",
    r"(?<!domain )(?<!host )(?<!domain name )(?:does not|doesn't|did not|do not|don't) (?:currently )?(?:exist|have "
    r"(?:an?|any|such) (?:\S{1,30} "
    r"){0,3}(?:account|"
    r"mailbox|user|address|inbox))\b",
    r"no (?:such )?(?:mail ?box|account|user|recipient|person|one|address)(?:es|s)? (?:\w{1,10} )?(?:here|by that|by "
    r"this|"
    r"with (?:that|this)|named|found|exists?|there|called|under)",
    r"there (?:is|was) no (?:\w{1,12} )?(?:user|mailbox|account|one|person|recipient)|no (?:local )?mailbox\b|"
    r"no valid recipients?|no such (?:user|recipient|mailbox|address|account|person|name|login|alias|local)",
    r"user ?unknown|unknown ?user|recip(?:ient)?notfound|user_?not_?found|nosuchuser|nosuchmailbox|"
    r"recipient_?not_?found|"
    r"mailbox_?not_?found|unknown_?recipient|bad destination mailbox|user not local|unknown or illegal alias|"
    r"is not (?:a|an) (?:\w{1,10} ){0,2}(?:user|mailbox|recipient|account)\b|(?:user|recipient|address) not in|"
    r"not listed in (?:\w{1,10} ){0,2}(?:name|address|directory)|invalid or unknown|mailbox not|"
    r"did you mean|no match(?:es)? (?:to|for|found)|did not (?:exactly )?match an?\b|"
    r"can't create user output file|no mail ?box|isn't (?:a|an) (?:\w{1,10} )?(?:user|account|address)",
    rf"(?:invalid|not a valid|incorrect|wrong|not an active|illegal|undefined) (?:final )?(?:delivery )?(?:{_USER}|to "
    rf"address|mailbox|"
    rf"destination|local part|rcpt|(?:e-?mail )?{_ADDRESS})\b(?! (?:format|syntax|domain))",
    rf"(?:{_USER}|(?<!ip )(?<!host )address) (?:is |was )?(?:invalid|incorrect|wrong|undefined)\b|address(?:es)? "
    rf"(?:\w{{1,8}} )?undeliverable",
    r"no existe|desconocid|inexistente|no (?:se )?(?:ha )?(?:sido )?encontrad|inconnu|n'existe pas|introuvable|"
    r"unbekannt|"
    r"existiert (?:\w{1,8} )?nicht|nicht (?:\w{1,8} )?(?:gefunden|bekannt|vorhanden)|kein (?:benutzer|postfach|konto)|"
    r"non esiste|"
    r"sconosciut|inesistent|n.o existe|onbekend|bestaat niet|niet gevonden|ok.nd (?:mottagare|anv|adress)|finns inte|"
    r"ukendt|"
    r"findes ikke|ukjent|finnes ikke|tuntematon|ei ole olemassa|ei l.ydy|nieznan|nie istnieje|nezn.m|neexist|"
    r"ismeretlen|"
    r"nem l.tezik|не существует|не найден|неизвестн|не зарегистрирован|нет такого|bilinmeyen|bulunamad|mevcut de.il",
    r"不存在|存在しません|存在しない|存在いたしません|見つかりません|見つからない|宛先不明|不明なユーザ|该用户|找不到|查无|查無|无此|無此|"
    r"없는 (?:사용자|계정)|존재하지|알 수 없는",
)
_SENDER_BLOCKED = (
    r"\bspam|\buce\b|unsolicited|junk mail|black ?-?list|block ?-?list|black ?hole|\brbl|dnsbl|\b[dpxs]b?ul?bl\b|"
    r"\bpbl\b|\bxbl\b|\bsbl\b|"
    r"not accepting (?:mail|messages) from|spamhaus|spamcop|sorbs|barracuda|\bspf\b|\bdkim\b|\bdmarc\b|reputation|"
    r"reverse (?:dns|lookup)|\bptr\b|\brdns\b",
    r"client host|\b[eh]h?elo\b|\bip(?: address)?\b[^.;!?]{0,40}\b(?:reject|block|banned|denied|refused|listed|"
    r"invalid|not|unknown)|"
    r"your (?:ip|host|server|mail server|network|mta|isp)\b|blocked (?:by|using|for|due|because)|"
    r"\bblocked\b|message (?:\w{1,10} )?(?:blocked|rejected|refused|denied|content)|virus|malware|phish|infected|"
    r"banned|grey-?list|"
    r"gray-?list|dynamic(?:ally)? |dial-?up|sender is not|listed (?:at|in|on|by) |authrequired|notauthenticated|"
    r"authenticat",
)
_NO_DOMAIN = (
    rf"(?:host|domain|hostname|mail server|mail exchanger)s?\b(?: name)?{_GAP}\b(?:unknown|not found|"
    r"(?:does not|doesn't|did not|n't) (?:exist|resolve|found)|(?:cannot|could not|couldn't) be (?:found|resolved)|"
    r"non-?existent|invalid|"
    r"not valid|not known|has no (?:mx|mail|valid|a )|lookup failed)",
    r"(?:unknown|no such|invalid|non-?existent|unresolvable|illegal|can't find any|couldn't find any|cannot find|no "
    r"valid|no) "
    r"(?:\w{1,8} )?(?:host|domain|hostname|mx|mail exchanger|mail server)\b",
    r"un?route?able|unrouteable|nxdomain|null ?mx|name or service not known|all relevant mx|all host address lookups|"
    r"no mail hosts|"
    r"dns (?:server returned answer with no data|domain)|domain\b[^.;!?]{0,20}\bnot exist",
)
_MAYBE_NO_MAILBOX = (
    rf"(?:recipients?|rcpt|{_ADDRESS}|user|to)(?: address)? (?:is |was |were |has been |have been )?(?:rejected|"
    rf"refused|not accepted|"
    r"unavailable|denied|unacceptable|not ok)",
    r"mail ?box (?:is )?(?:\w{1,12} )?(?:unavailable|not available)|mailbox name not|does not like recipient|"
    r"(?:reject\w{0,3}|refused|unacceptable|bad) (?:recipient|rcpt)|mailbox (?:invalid|refused)|unknown address error|"
    r"bad address",
)
_DISABLED = (
    rf"(?:{_USER}|address)\b[^.;!?]{{0,50}}?\b(?:disabled|suspended|in-?active|de-?activated|locked|closed|terminated|"
    rf"expired|"
    r"discontinued|frozen|cancell?ed|on hold|not active|dormant|deleted|removed|retired|not enabled|no longer)\b",
    rf"\b(?:disabled|suspended|inactive|deactivated|locked|closed|expired|deleted) (?:{_USER}|address)|{_BOX}[_ "
    rf"]?disabled|"
    r"extended inactivity|deaktiviert|gesperrt|desactivad|d.sactiv|disattivat|заблокирован|отключен|停用|禁用|無効",
)
_MOVED = (
    r"has (?:been )?(?:moved|changed|relocated)|\bmoved to\b|new (?:e-?mail )?address|no longer accepts?|please "
    r"update your",
)
_RELAYING = (
    rf"\brelay(?:ing|ed)?\b{_GAP}\b(?:denied|deny|not|prohibited|rejected|refused|disallowed|forbidden|disabled|"
    rf"restricted)",
    r"(?:unable to|cannot|can't|not|don't|won't|no|deny|denied|refuse to|open|not allowed to) (?:\w{1,8} )?relay|"
    r"rcpthosts|not a gateway|"
    r"not configured to accept|not (?:a )?local domain|access to relay",
)
_TOO_LARGE = (
    r"(?:message|mail|size|body|attachment)\b (?:\w{1,10} ){0,3}(?:too (?:large|big|long)|exceeds|over (?:the "
    r")?(?:size|max)|"
    r"larger than)|size limit|maximum (?:message )?size|message size|sizelimit|too (?:large|big)\b",
)
_POLICY = (
    r"polic(?:y|ies)|not authori[sz]ed|authori[sz]|unauthori[sz]ed|prohibit|access (?:is )?(?:denied|restricted|"
    r"refused)|"
    r"not (?:allowed|permitted|accepted)|permission|forbidden|administrative|filter|suspicious|security|complaint|"
    r"abuse|restrict|"
    r"unwanted|rejected (?:by|because|due|for|as)|rejected|refused by|content|attachment|\bheader|rfc ?-?\d|"
    r"white-?list|\btls\b|"
    r"encrypt|denied|deny|refuse|only accepts?|bulk|challenge|confirm",
)
_SYNTAX = (
    r"syntax|mal-?formed|badly formed|bad (?:address|recipient) format|illegal character|invalid (?:address )?format|"
    r"invalid characters?",
)
_ROUTE = (
    r"\bloop|too many hops|hop count|hops exceeded|timed? ?-?out|connection (?:\w{1,8} )?(?:refused|reset|lost|closed|"
    r"dropped|died|failed|"
    r"aborted)|(?:can ?not|couldn't|could not|wasn't able to|unable to|failed to) (?:establish|connect|reach|contact|"
    r"open|find a route)",
    r"unreachable|no answer|not respond|queue too long|been in the queue|retry (?:time|timeout)|lost connection|"
    r"delivery time|"
    r"expired|no route|\bdns\b|conversation with|bad connection|name server|deferred|not been (?:delivered|collected) "
    r"(?:after|for|within)|"
    r"(?:hours|days) (?:ago|old)|still (?:being )?(?:trying|retried)|will (?:be |keep )?(?:re)?tr(?:y|ied)",
)
_SERVER = (
    r"internal (?:\w{1,10} )?(?:error|fault)|local (?:error|problem|configuration)|service (?:\w{1,12} "
    r")?(?:unavailable|not available|"
    r"shutting)|server (?:\w{1,8} )?(?:error|busy|down|unavailable|fault)|system (?:error|problem|failure|busy|"
    r"resources)|temporar|"
    r"try again|out of memory|aborted|transaction failed|overload|maintenance|configuration error|i/o error|lookup "
    r"failure",
)
_TABLE = {
    About.SENDER: _SENDER,
    About.PACE: _PACE,
    About.FULL: _FULL,
    About.NO_MAILBOX: _NO_MAILBOX,
    About.SENDER_BLOCKED: _SENDER_BLOCKED,
    About.NO_DOMAIN: _NO_DOMAIN,
    About.MAYBE_NO_MAILBOX: _MAYBE_NO_MAILBOX,
    About.DISABLED: _DISABLED,
    About.MOVED: _MOVED,
    About.RELAYING: _RELAYING,
    About.TOO_LARGE: _TOO_LARGE,
    About.POLICY: _POLICY,
    About.SYNTAX: _SYNTAX,
    About.ROUTE: _ROUTE,
    About.SERVER: _SERVER,
}
_PATTERNS = {about: re.compile("|".join(f"(?:{words})" for words in several)) for about, several in _TABLE.items()}
# Of people, hosts and pages; their names are no words of the server's.
_NAMES = re.compile(
    r"<[^<>\s]{0,254}>"
    r"|[^\s<>:;,()\"'@]{1,64}@[^\s<>:;,()\"'@]{1,255}"
    r"|https?:[^\s<>]{1,300}"
    r"|(?<![\w.])(?:[a-z0-9_-]{1,63}\.){1,8}[a-z]{2,24}(?![\w.])"
)


def read_words(text: str) -> About:
    """What the words of `text` are about, UNCLEAR where none of them is known. Give it 1000 letters at most."""
    # Some servers write a name for the reason: BAD_RECIPIENT.
    plain = _NAMES.sub(" ", text).replace("’", "'").replace("_", " ").lower()
    words = " ".join(plain.split())
    return next((about for about, pattern in _PATTERNS.items() if pattern.search(words)), About.UNCLEAR)
