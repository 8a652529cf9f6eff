// Log in with a token, as ImapFlow does. Arguments: port, user, token, file of the certificate.
// Prints how many messages are in INBOX; who is refused ends with 1 and what the server told.
'use strict';
const fs = require('fs');
const { ImapFlow } = require('imapflow');

const [port, user, accessToken, certificate] = process.argv.slice(2);

async function main() {
  const client = new ImapFlow({
    host: 'localhost', port: Number(port), secure: true, auth: { user, accessToken }, logger: false,
    tls: { ca: fs.readFileSync(certificate) },
  });
  await client.connect();
  const { exists } = await client.mailboxOpen('INBOX');
  await client.logout();
  console.log(exists);
}

main().catch((error) => {
  console.log(JSON.stringify(error.oauthError || String(error)));
  process.exit(1);
});
