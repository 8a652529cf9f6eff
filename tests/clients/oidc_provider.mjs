// An OpenID Connect provider on a free port (or the one given): oidc_provider.mjs KEYS [PORT]
// KEYS is a JSON list of private keys (RFC 7517); the first one signs. Prints its issuer when it listens.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const keys = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const DOMAIN = 'example.org';

// What tokens are for (RFC 8707), and how long they live
const RESOURCES = {
    'urn:mail': { audience: 'coromail', accessTokenFormat: 'jwt', accessTokenTTL: 600 },
    'urn:brief': { audience: 'coromail', accessTokenFormat: 'jwt', accessTokenTTL: 1 },
    'urn:files': { audience: 'files', accessTokenFormat: 'jwt', accessTokenTTL: 600 },
    'urn:opaque': { audience: 'coromail', accessTokenFormat: 'opaque', accessTokenTTL: 600 },
};

const confidential = { redirect_uris: [], response_types: [], grant_types: ['client_credentials'] };

const server = createServer();
server.listen(Number(process.argv[3] || 0), '127.0.0.1', () => {
    const issuer = `http://127.0.0.1:${server.address().port}`;
    const provider = new Provider(issuer, {
        clients: [
            {
                client_id: 'mailer', token_endpoint_auth_method: 'none', application_type: 'native',
                redirect_uris: ['http://127.0.0.1/back'], grant_types: ['authorization_code', 'refresh_token'],
            },
            { client_id: 'robot', client_secret: 'secret of a robot', ...confidential },
            { client_id: 'coromail', client_secret: 'secret: of %coromail', ...confidential, grant_types: [] },
        ],
        jwks: { keys },
        cookies: { keys: ['cookies of a test'] },
        scopes: ['openid', 'offline_access', 'mail'],
        extraTokenClaims: (ctx, token) => ({ email: `${token.accountId ?? token.clientId}@${DOMAIN}` }),
        findAccount: (ctx, sub) => ({ accountId: sub, claims: () => ({ sub, email: `${sub}@${DOMAIN}` }) }),
        pkce: { required: () => true },
        features: {
            clientCredentials: { enabled: true },
            introspection: { enabled: true, allowedPolicy: (ctx, client) => client.clientId === 'coromail' },
            revocation: { enabled: true },
            resourceIndicators: {
                enabled: true,
                defaultResource: () => 'urn:mail',
                useGrantedResource: () => true,
                getResourceServerInfo: (ctx, resource) => ({ scope: 'mail', ...RESOURCES[resource] }),
            },
        },
    });
    provider.on('server_error', (ctx, error) => console.error(error));
    server.on('request', provider.callback());
    console.log(issuer);
});
