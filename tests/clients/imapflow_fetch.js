// Fetch all mailboxes with ImapFlow. Arguments: port, user, password, file of the certificate, folder to write to.
// Writes one file per message, and prints as JSON what the server said about each mailbox.
'use strict';
const fs = require('fs');
const { ImapFlow } = require('imapflow');

const [port, user, pass, certificate, folder] = process.argv.slice(2);

async function main() {
  const client = new ImapFlow({
    host: 'localhost', port: Number(port), secure: true, auth: { user, pass }, logger: false,
    tls: { ca: fs.readFileSync(certificate) },
  });
  await client.connect();
  const mailboxes = [];
  let count = 0;
  for (const { path, flags } of await client.list()) {
    if (flags.has('\\Noselect')) continue;
    const lock = await client.getMailboxLock(path, { readOnly: true });
    try {
      const { exists, uidValidity, uidNext, highestModseq } = client.mailbox;
      mailboxes.push({ path, exists, uidValidity: String(uidValidity), uidNext, highestModseq: String(highestModseq) });
      if (!exists) continue;
      fs.mkdirSync(`${folder}/${mailboxes.length - 1}`);
      const wanted = { uid: true, flags: true, size: true, source: true, envelope: true, bodyStructure: true };
      for await (const message of client.fetch('1:*', wanted)) {
        if (message.source.length !== message.size) throw new Error(`${path} ${message.uid}: ${message.size} octets?`);
        if (!message.envelope || !message.bodyStructure) throw new Error(`${path} ${message.uid}: not described`);
        fs.writeFileSync(`${folder}/${mailboxes.length - 1}/${message.uid}`, message.source);
        count += 1;
      }
    } finally {
      lock.release();
    }
  }
  await client.logout();
  console.log(JSON.stringify({ count, mailboxes, enabled: [...client.enabled] }));
}

main().catch(error => { console.error(error); process.exit(1); });
