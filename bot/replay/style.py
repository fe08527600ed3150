"""How the page of a replay looks: its colours, in light and dark, and the colour of each result."""

from bot.replay.judging import Result

CLASSES = {
    Result.AS_GOOD: "good",
    Result.UNCOMPARED: "quiet",
    Result.DIFFERENT: "look",
    Result.WRONG: "bad",
    Result.ASKED_BACK: "back",
    Result.OFFERED: "offer",
    Result.HANDED_OVER: "hand",
    Result.UNKNOWN: "none",
    Result.COURTESY: "rest",
}

STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5b6675; --paper: #ffffff; --card: #f4f6f9;
  --line: #d8dee6; --good: #1f8a5b; --quiet: #8fc9ae; --look: #d9a520; --bad: #c23b3b; --back: #4f8fd0;
  --offer: #7b6fd0; --hand: #a05fb0; --none: #8a94a1; --rest: #c7ced6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --soft: #9aa6b4; --paper: #12161c;
  --card: #1b212a; --line: #303945; --good: #3fb57f; --quiet: #2f6e52; --look: #e0b64a; --bad: #e06a6a;
  --back: #6aa8e6; --offer: #9b90ea; --hand: #c084cf; --none: #6d7885; --rest: #3c4653; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 2rem 1.25rem 4rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; }
p { margin: .4rem 0; } .soft, th { color: var(--soft); } small { color: var(--soft); }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); gap: .8rem;
  margin: 1.5rem 0; }
.card { background: var(--card); border-radius: .6rem; padding: .9rem 1rem; }
.card b { display: block; font-size: 1.7rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
svg { display: block; width: 100%; } svg text { fill: var(--ink); font-size: 13px; }
svg text.on { fill: #fff; paint-order: stroke; stroke: #0007; stroke-width: 2px; }
ul.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; list-style: none; padding: 0;
  margin: .7rem 0 0; font-size: .9rem; }
ul.legend i { display: inline-block; width: .8rem; height: .8rem; border-radius: .2rem;
  margin-right: .4rem; vertical-align: -.05rem; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
th { text-align: left; font-weight: 500; } th, td { padding: .4rem .6rem .4rem 0; vertical-align: middle;
  border-bottom: 1px solid var(--line); } td.number, th.number { text-align: right;
  font-variant-numeric: tabular-nums; white-space: nowrap; } td.plot { width: 28%; min-width: 8rem; }
details { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .8rem; margin: .5rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin-top: .6rem; }
.sides p { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .92rem; }
@media (max-width: 40rem) { .sides { grid-template-columns: 1fr; } td.plot, th.plot { display: none; } }
.tag { border-radius: .3rem; padding: .05rem .4rem; font-size: .8rem; border: 1px solid var(--line);
  color: var(--soft); margin-right: .5rem; white-space: nowrap; }
""" + "".join(
    f".{name} {{ fill: var(--{name}); background: var(--{name}); }}\n" for name in CLASSES.values()
)
