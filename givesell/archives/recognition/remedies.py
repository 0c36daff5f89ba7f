"""How to ask each platform for a file of posts: what to say of one that holds something else."""

X = (
    "Pass X's archive as it comes, the zip, or data/tweets.js of it (Settings > Your account >"
    " Download an archive of your data)"
)
META = (
    "Meta gives JSON if it is asked for: in Accounts Centre > Your information and permissions >"
    " Download your information, choose the format JSON instead of HTML, and pass the zip"
)
META_FILE = (
    "Pass the zip of Meta as it comes, or its files posts_1.json, your_posts_1.json and the like"
)
TELEGRAM = (
    "Telegram Desktop gives JSON if it is asked for: in Export chat history, or in Settings >"
    " Advanced > Export Telegram data, choose the format Machine-readable JSON instead of HTML, and"
    " pass result.json"
)
TIKTOK = (
    "TikTok gives JSON if it is asked for: in Settings and privacy > Account > Download your data, "
    "choose the file format JSON instead of TXT, and pass the zip"
)
LINKEDIN = (
    "LinkedIn gives its data as CSV: in Settings > Data privacy > Get a copy of your data, and pass"
    " the zip"
)
TAKEOUT = (
    "Google Takeout gives the comments of YouTube as CSV: at takeout.google.com choose YouTube >"
    " comments, and pass the zip"
)
DISCORD = (
    "DiscordChatExporter gives JSON if it is asked for: choose the format JSON instead of HTML"
    " or TXT"
)
REDDIT = (
    "Reddit gives its data as CSV: ask for it at reddit.com/settings/data-request, and pass the zip"
)
MASTODON = (
    "Mastodon gives an archive with outbox.json: in Preferences > Import and export, ask for your"
    " archive, and pass it as it comes"
)
BLUESKY = "Bluesky gives a repository (.car): in Settings > Account > Export my data, and pass it"
PANDAS = 'Write it with to_json("posts.jsonl", orient="records", lines=True), or as CSV or Parquet'
ANY = (
    "Ask the platform for its data as JSON or CSV, or pass a file with a post a line and --format"
    " lines"
)
NONE = (
    "Pass a file of posts; if this is one all the same, say how to read it, such as --format lines"
)
