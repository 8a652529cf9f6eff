"""The messages that the demo's users find in their mailboxes."""

WELCOME = """\
Return-Path: <demo@localhost>
Date: Thu, 01 Jan 2026 09:00:00 +0000
From: The coromail demo <demo@localhost>
To: {user}@localhost
Subject: Welcome, {user}
Message-ID: <welcome.{user}@demo.localhost>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Hello {user},

this message is a file in a Maildir below the folder of the demo. Open the same mailbox with two clients,
flag or delete a message in one of them, and watch the other.

Drop another file into the folder "new" and it appears in both.
"""

PICNIC = """\
Return-Path: <nadia@example.org>
Date: Fri, 02 Jan 2026 12:30:00 +0100
From: =?utf-8?q?Nadia_Gr=C3=BCn?= <nadia@example.org>
To: {user}@localhost
Subject: =?utf-8?q?Caf=C3=A9_at_the_lake=3F?=
Message-ID: <lake.{user}@demo.localhost>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="two-ways"

--two-ways
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

The caf=C3=A9 at the lake opens on Sunday. Shall we go?
--two-ways
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>The <b>caf=C3=A9</b> at the lake opens on Sunday. Shall we go?</p>
--two-ways--
"""

REPORT = """\
Return-Path: <kwame@example.org>
Date: Sat, 03 Jan 2026 18:05:00 +0000
From: Kwame <kwame@example.org>
To: {user}@localhost
Cc: Nadia <nadia@example.org>
Subject: Numbers for the week
Message-ID: <numbers.{user}@demo.localhost>
In-Reply-To: <lake.{user}@demo.localhost>
References: <lake.{user}@demo.localhost>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="with-file"

--with-file
Content-Type: text/plain; charset=us-ascii

Sunday is fine. The table is attached.
--with-file
Content-Type: text/csv; charset=us-ascii; name="week.csv"
Content-Disposition: attachment; filename="week.csv"
Content-Transfer-Encoding: base64

ZGF5LHZpc2l0b3JzCk1vbmRheSwxMgpUdWVzZGF5LDE1CldlZG5lc2RheSw5Cg==
--with-file--
"""

MESSAGES = (WELCOME, PICNIC, REPORT)
