// Work with mail as web mail does, with ImapFlow. Arguments: port, user, password, file of the certificate.
'use strict';
const fs = require('fs');
const { ImapFlow } = require('imapflow');

const [port, user, pass, certificate] = process.argv.slice(2);

function connect() {
  const tls = { ca: fs.readFileSync(certificate) };
  return new ImapFlow({ host: 'localhost', port: Number(port), secure: true, auth: { user, pass }, logger: false, tls });
}

const text = 'Subject: Gr\u00fc\u00dfe aus Node\r\nMessage-ID: <node@example.org>\r\n\r\nhello\r\n';
const report = {};

async function changes(client, watcher) {
  const seen = [];
  let told;
  const all = new Promise(resolve => { told = resolve; });
  const note = what => { seen.push(what); if (what.startsWith('expunge')) told(); };
  watcher.on('exists', news => note(`exists ${news.count}`));
  watcher.on('flags', news => note(`flags ${news.seq}`));
  watcher.on('expunge', news => note(`expunge ${news.seq || news.uid}`));
  await watcher.mailboxOpen('INBOX');
  watcher.idle();
  await new Promise(resolve => { setTimeout(resolve, 200); });
  await client.append('INBOX', 'Subject: news\r\n\r\nnews\r\n');
  await client.messageFlagsAdd('1', ['\\Flagged', '$Important']);
  await client.messageDelete('1');
  await all;
  return seen;
}

async function main() {
  const client = connect();
  const watcher = connect();
  await client.connect();
  await watcher.connect();
  await client.mailboxCreate(['Projects', 'New']);
  await client.mailboxOpen('INBOX');
  const { uid } = report.appended = await client.append('INBOX', Buffer.from(text), ['\\Flagged', '$Important']);
  report.found = await client.search({ subject: 'Gr\u00fc\u00dfe aus', flagged: true }, { uid: true });
  const message = await client.fetchOne(String(uid), { flags: true, source: true, envelope: true }, { uid: true });
  if (message.source.toString() !== text) throw new Error('not the octets that were appended');
  report.flags = [...message.flags].sort();
  report.copied = Object.fromEntries((await client.messageCopy(String(uid), 'Projects/New', { uid: true })).uidMap);
  report.moved = Object.fromEntries((await client.messageMove(String(uid), 'Projects/New', { uid: true })).uidMap);
  report.left = (await client.status('INBOX', { messages: true })).messages;
  await client.mailboxRename('Projects/New', 'Projects/Old');
  await client.mailboxDelete('Projects/Old');
  report.changes = await changes(client, watcher);
  report.enabled = [...client.enabled];
  await client.logout();
  await watcher.logout();
  console.log(JSON.stringify(report, (_, value) => (typeof value === 'bigint' ? String(value) : value)));
}

main().catch(error => { console.error(error); process.exit(1); });
