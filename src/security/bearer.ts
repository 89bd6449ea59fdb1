import { fromHex, sha256, utf8 } from '../kit/bytes.ts'

export const SCOPES = ['read', 'publish', 'send', 'supporters', 'newsroom', 'admin'] as const
export type Scope = (typeof SCOPES)[number]

/** One API token as the settings describe it: name, scopes, and SHA-256 of the token. */
export type ApiToken = { name: string; scopes: readonly Scope[]; hash: Uint8Array<ArrayBuffer> }

const NAME = /^[a-z0-9-]{1,40}$/
const HASH_BYTES = 32

/** Parses the setting API_TOKENS, `name:scope+scope:sha256hex,…`. Null when a part is malformed or a name repeats. */
export function parseApiTokens(text: string): ApiToken[] | null {
  const tokens: ApiToken[] = []
  for (const part of text.split(',')) {
    const [name = '', listed = '', hex = ''] = part.trim().split(':')
    const scopes = SCOPES.filter((scope) => listed.split('+').includes(scope))
    const hash = fromHex(hex)
    const sound = NAME.test(name) && scopes.length > 0 && scopes.length === listed.split('+').length
    if (!sound || hash?.length !== HASH_BYTES || tokens.some((token) => token.name === name)) return null
    tokens.push({ name, scopes, hash })
  }
  return tokens
}

/** The API token that matches a bearer value, else null. Compares every hash in constant time, so that timing reveals nothing. */
export async function findApiToken(presented: string, tokens: readonly ApiToken[]): Promise<ApiToken | null> {
  const hash = await sha256(utf8(presented))
  let found: ApiToken | null = null
  for (const token of tokens) if (equalInConstantTime(hash, token.hash)) found = token
  return found
}

/** Whether a token has a scope. The scope `admin` includes all others. */
export const hasScope = (token: ApiToken, scope: Scope): boolean =>
  token.scopes.includes(scope) || token.scopes.includes('admin')

export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0)
  return difference === 0
}
