"""The shapes of tables and JSON with posts of Facebook, Instagram and Threads."""

from givesell.archives.base.post import COMMENT, REPLY, REPOST
from givesell.archives.shapes.shape import FAILED, Shape

_INSTAGRAM = "https://www.instagram.com/p/{code}/"
_CAPTION = "edge_media_to_caption.edges.item.node.text"

SHAPES = (
    Shape(
        name="apify-instagram", platform="instagram",
        need=("shortCode", "ownerUsername"), text=("caption",), author=("ownerUsername",),
        created=("timestamp",),
        skips=FAILED, where=(("",), ("latestPosts.item",), ("posts.item",)),
    ),
    Shape(
        name="apify-instagram-comments", platform="instagram", kind=COMMENT,
        need=("text", "ownerUsername", "timestamp"), author=("ownerUsername",),
        created=("timestamp",), url=("commentUrl", "postUrl"),
    ),
    Shape(
        name="apify-facebook-comments", platform="facebook", kind=COMMENT,
        need=("facebookUrl", "commentUrl", "text"), author=("profileName",), created=("date",),
        url=("commentUrl",),
        kinds=((REPLY, "threadingDepth", ("1", "2", "3")),),
    ),
    Shape(
        name="apify-facebook", platform="facebook",
        need=("facebookUrl",), any=("postId", "topLevelUrl", "legacyId", "groupTitle"),
        id=("postId", "legacyId", "id"),
        author=("user.name", "pageName"), created=("time", "timestamp"), url=("url", "topLevelUrl"),
    ),
    Shape(
        name="facebook-scraper", platform="facebook",
        need=("post_id", "post_text", "post_url"), any=("shared_text", "w3_fb_url", "is_live",
        "images_lowquality", "user_url"),
        text=("text", "post_text"), id=("post_id",), author=("username",),
        created=("time", "timestamp"), url=("post_url",), kinds=((REPOST, "shared_post_id", ()),),
    ),
    Shape(
        name="apify-facebook", platform="facebook",
        need=("postId", "postText"), any=("timestamp", "reactionsCount"),
        text=("postText",), id=("postId",), author=("author.name", "author"), created=("timestamp",
        "time"),
    ),
    Shape(
        name="facebook-comet", platform="facebook",
        need=("comet_sections.content.story",), text=("comet_sections.content.story.message.text",),
        id=("post_id",),
        author=("comet_sections.content.story.actors.item.name",),
        url=("comet_sections.content.story.wwwURL",),
        created=("comet_sections.context_layout.story.comet_sections.metadata.item.story.creation_time",),
    ),
    Shape(
        name="threads", platform="threads",
        need=("code", "user.username", "text_post_app_info"), text=("caption.text",), id=("code",
        "pk", "id"), author=("user.username",),
        created=("taken_at",), url=(), link="https://www.threads.com/@{user.username}/post/{code}",
        kinds=((REPLY, "text_post_app_info.is_reply", ("true",)), (REPLY,
        "text_post_app_info.reply_to_author.username", ())),
    ),
    Shape(
        name="instagram-web", platform="instagram",
        need=("code", "user.username"), any=("taken_at", "caption", "image_versions2", "media_type",
        "display_uri"),
        text=("caption.text", "caption"), id=("id", "pk"), author=("user.username",
        "owner.username"), created=("taken_at",), url=(),
        link=_INSTAGRAM, where=(("",), ("items.item",)),
    ),
    Shape(
        name="instagram-graphql", platform="instagram",
        need=("shortcode",), any=("taken_at_timestamp", "edge_media_to_caption.edges"),
        text=(_CAPTION, "caption.text", "caption"), author=("owner.username", "username"),
        created=("taken_at_timestamp", "date"), url=(),
        link="https://www.instagram.com/p/{shortcode}/",
        where=(("node",), ("",), ("GraphImages.item",)),
    ),
    Shape(
        name="instagram-api", platform="instagram",
        need=("caption", "permalink", "timestamp"), text=("caption",), author=("username",
        "owner.username"), created=("timestamp",),
        url=("permalink",), where=(("data.item",), ("media.data.item",), ("",)),
    ),
    Shape(
        name="facebook-api", platform="facebook",
        need=("id", "created_time"), any=("message", "story"), text=("message",),
        author=("from.name", "from.username"),
        created=("created_time",), url=("permalink_url",), kinds=((COMMENT, "comment_count", ()),
        (REPLY, "parent.id", ())),
        skips=(("not public", "privacy.value", ("all_friends", "friends_of_friends", "self",
        "custom")),),
        where=(("data.item",), ("posts.data.item",), ("feed.data.item",), ("",)),
    ),
    Shape(
        name="snscrape", platform="instagram", need=("displayUrl", "content", "username"),
        text=("content",), id=(), author=("username",),
        created=("date",),
    ),
    Shape(
        name="snscrape", platform="facebook", need=("cleanUrl", "dirtyUrl", "content"),
        text=("content",), id=(), created=("date",),
        url=("cleanUrl",),
    ),
    Shape(
        name="crowdtangle", platform="facebook",
        need=("Post Created", "Message"), any=("Page Name", "Group Name", "Facebook Id"),
        text=("Message",), id=(),
        author=("Page Name", "Group Name", "User Name"), created=("Post Created",),
    ),
    Shape(
        name="crowdtangle", platform="instagram",
        need=("Post Created", "Description", "User Name", "Followers at Posting"),
        text=("Description",), id=(),
        author=("User Name", "Account"),
        created=("Post Created",),
    ),
    Shape(
        name="crowdtangle-api", need=("platformId", "postUrl", "date"), text=("message",
        "description"), id=("platformId", "id"),
        author=("account.name", "account.handle"), created=("date",), url=("postUrl",),
        network=("platform",),
        where=(("result.posts.item",), ("posts.item",), ("",)),
    ),
    Shape(
        name="meta-content-library", need=("text", "creation_time"),
        any=("post_owner.username", "post_owner.name", "owner.username", "owner.name",
        "surface.type", "mcl_url"),
        author=("post_owner.username", "owner.username", "post_owner.name", "owner.name"),
        created=("creation_time",), url=("mcl_url",),
        where=(("",), ("data.item",)),
    ),
    # What Meta's own tool for pages exports.
    Shape(
        name="meta-business-suite", platform="facebook",
        need=("Post ID", "Page name", "Title", "Publish time"), text=("Title",), id=("Post ID",),
        author=("Page name",),
        created=("Publish time",), url=("Permalink",), kinds=((REPOST, "Is share", ("1", "true",
        "yes")),),
    ),
    Shape(
        name="meta-business-suite", platform="instagram",
        need=("Post ID", "Account username", "Description", "Publish time"), text=("Description",),
        id=("Post ID",),
        author=("Account username",), created=("Publish time",), url=("Permalink",),
    ),
)  # fmt: skip
