"""Files beside the posts of an export that hold messages, drafts or chats: refused by what
stands in them.
"""

import pytest

import givesell
from givesell.errors import GivesellError

OTHERS = {
    "messages.csv": (
        "id,permalink,thread_id,date,ip,from,to,subject,body\nm1,p,,2024-03-01,,a,b,hello,secret\n"
    ),
    "chat_history.csv": (
        "message_id,created_at,username,message,channel_url,conversation_type\n1,2024-03-01,jo,secret,u,direct\n"
    ),
    "drafts.csv": (
        "id,title,body,kind,created,send_replies,subreddit,is_public_link\nd,not"
        " yet,secret,self,2024-03-01,,mugs,\n"
    ),
    "post_votes.csv": "id,permalink,direction\na,b,up\n",
    "messages-li.csv": (
        "CONVERSATION ID,CONVERSATION"
        " TITLE,FROM,TO,DATE,SUBJECT,CONTENT\n1,,A,B,2024-03-01,,secret\n"
    ),
    "Invitations.csv": "From,To,Sent At,Message,Direction\nA,B,3/1/24,secret,OUTGOING\n",
    "Recommendations_Given.csv": (
        "First Name,Last Name,Company,Job Title,Text,Status\nA,B,C,D,great,VISIBLE\n"
    ),
    "Direct Messages.txt": (
        ">>> Chat History with jo::\n2024-03-01 09:05:00 UTC jo: secret\n2024-03-01 09:06:00 UTC"
        " al: more\n"
    ),
    "exported.txt": (
        f"{'=' * 40}\nGuild: Pots\nChannel: general\n{'=' * 40}\n\n[01/03/2024 09:05] jo\nTwo"
        " mugs\n"
    ),
    "line.txt": (
        "[LINE] Chat history with Jo\nSaved on: 2024/03/01"
        " 09:05\n\n2024/03/01(Fri)\n09:05\tJo\tsecret\n"
    ),
    "kakao.txt": (
        "KakaoTalk Chats with Jo\nDate Saved : March 1, 2024 at 09:05\n\nMarch 1, 2024 at 09:05, Jo"
        " : secret\n"
    ),
    "snap.json": {
        "jo": [
            {
                "From": "jo",
                "Media Type": "TEXT",
                "Created": "2024-03-01",
                "Content": "secret",
                "IsSender": False,
            }
        ]
    },
    "hangouts.json": {
        "conversations": [
            {
                "events": [
                    {
                        "conversation_id": {"id": "x"},
                        "sender_id": {"id": "1"},
                        "chat_message": {"text": "secret"},
                    }
                ]
            }
        ]
    },
    "chat.json": {
        "messages": [
            {"creator": {"name": "Jo"}, "created_date": "Friday", "text": "secret", "topic_id": "x"}
        ]
    },
    "tinder.json": {
        "Messages": [{"match_id": "1", "messages": [{"message": "secret", "sent_date": "x"}]}]
    },
    "signal.json": [{"body": "secret", "conversationId": "c", "sent_at": 1709283900000}],
    "old.json": [
        {
            "participants": ["a", "b"],
            "conversation": [{"sender": "a", "created_at": "2020-03-01", "text": "secret"}],
        }
    ],
    "liked_threads.json": {
        "text_post_app_media_likes": [
            {"title": "jo", "string_list_data": [{"href": "u", "timestamp": 1}]}
        ]
    },
    "tiktok.zip": {
        "TikTok/Posts/Posts.txt": "Date: 2024-03-01 09:05:00 UTC\nLink: u\n",
        "TikTok/Login/Logins.txt": "Date: x\n",
    },
    "by_columns.json": {"text": {"0": "Two mugs", "1": "Bread"}, "author": {"0": "jo", "1": "al"}},
    "by_rows.json": {
        "0": {"text": "Two mugs", "author": "jo"},
        "1": {"text": "Bread", "author": "al"},
    },
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_no_post_is_refused(write, name):
    """Messages, drafts and chats picked out of an export, and tables in an odd shape, are
    refused with what they look like.
    """
    with pytest.raises(GivesellError, match="looks like") as told:
        givesell.read_archive(write(name, OTHERS[name]))
    assert told.value.code == "E512"


def test_a_table_is_read_where_its_column_is_named(write):
    """Whoever names the column of posts knows what the table is."""
    archive = givesell.read_archive(
        write("messages.csv", OTHERS["messages.csv"]), text_column="body"
    )
    assert [post.text for post in archive] == ["secret"]
