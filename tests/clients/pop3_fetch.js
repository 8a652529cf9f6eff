// Fetch a maildrop with node-pop3. Arguments: port, user, password, file of the certificate, folder to write to.
// Writes each message as it is on the wire: with stuffed dots, and mostly without its last line end. Prints the UIDLs as JSON.
'use strict';
const fs = require('fs');

const [port, user, password, certificate, folder] = process.argv.slice(2);

async function main() {
  const { default: Pop3Command } = await import('node-pop3');
  const client = new Pop3Command({
    user, password, host: 'localhost', port: Number(port), tls: true, timeout: 30000,
    tlsOptions: { ca: fs.readFileSync(certificate) },
  });
  const unique = await client.UIDL();
  for (const [number] of unique) {
    const [, stream] = await client.command('RETR', number);
    const pieces = [];
    for await (const piece of stream) pieces.push(piece);
    fs.writeFileSync(`${folder}/${number}`, Buffer.concat(pieces));
  }
  await client.QUIT();
  console.log(JSON.stringify(unique));
}

main().catch(error => { console.error(error); process.exit(1); });
