import { createHash, createHmac } from 'node:crypto'

/**
 * AWS Signature Version 4, written from AWS's description, to check the signatures of other code
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
export type Signed = {
  method: string
  /** The path of the request line, with its query. */
  path: string
  headers: Readonly<Record<string, string | string[] | undefined>>
  body: string
}

const hex = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex')
const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text, 'utf8').digest()
const encoded = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

/** The signature that the request should have (hex). Null if its Authorization header cannot be parsed. */
export function signatureOf(
  request: Signed,
  secret: string,
): { expected: string; given: string; scope: string; accessKey: string } | null {
  const parsed =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
      String(request.headers.authorization ?? ''),
    )
  if (parsed === null) return null
  const [, accessKey = '', scope = '', signedHeaders = '', given = ''] = parsed
  const [day = '', region = '', service = ''] = scope.split('/')
  const date = String(request.headers['x-amz-date'] ?? '')
  const names = signedHeaders.split(';')
  if (!names.includes('host') || !names.includes('x-amz-date') || !date.startsWith(day)) return null

  const [uri = '', query = ''] = request.path.split('?')
  const canonicalRequest = [
    request.method,
    uri.split('/').map(encoded).join('/'), // encoded twice, as for every service but S3
    query
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) =>
        pair
          .split('=')
          .map((part) => encoded(decodeURIComponent(part)))
          .join('='),
      )
      .sort()
      .join('&'),
    ...names.map(
      (name) =>
        `${name}:${String(request.headers[name] ?? '')
          .trim()
          .replace(/ +/g, ' ')}`,
    ),
    '',
    signedHeaders,
    hex(request.body),
  ].join('\n')
  const toSign = ['AWS4-HMAC-SHA256', date, scope, hex(canonicalRequest)].join('\n')
  const key = [region, service, 'aws4_request'].reduce<Buffer>(hmac, hmac(`AWS4${secret}`, day))
  return { expected: hmac(key, toSign).toString('hex'), given, scope, accessKey }
}
