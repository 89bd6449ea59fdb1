import { expect, test } from 'vitest'
import { signatureOf } from './sigv4.ts'

const SECRET = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'
const signed = (headers: string, signature: string, service = 'service') =>
  `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/${service}/aws4_request, SignedHeaders=${headers}, Signature=${signature}`

/** Published examples of AWS: its signing test suite, and ListUsers from the documentation. */
test.each([
  ['get-vanilla', 'GET', '/', {}, '', 'service', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
  ['post-vanilla', 'POST', '/', {}, '', 'service', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  [
    'get-vanilla-query-order-key-case',
    'GET',
    '/?Param2=value2&Param1=value1',
    {},
    '',
    'service',
    'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
  ],
  [
    'post-x-www-form-urlencoded',
    'POST',
    '/',
    { 'content-type': 'application/x-www-form-urlencoded' },
    'Param1=value1',
    'service',
    'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
  ],
  [
    'ListUsers',
    'GET',
    '/?Action=ListUsers&Version=2010-05-08',
    { host: 'iam.amazonaws.com', 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    '',
    'iam',
    '5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
  ],
])('the signature of %s is the one that AWS publishes', (_, method, path, headers, body, service, signature) => {
  const all = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z', ...headers }
  const authorization = signed(Object.keys(all).sort().join(';'), signature, service)
  const request = { method, path, body, headers: { ...all, authorization } }
  expect(signatureOf(request, SECRET)).toMatchObject({ expected: signature, given: signature })
  expect(signatureOf({ ...request, body: `${body}x` }, SECRET)?.expected).not.toBe(signature)
  expect(signatureOf(request, 'another')?.expected).not.toBe(signature)
})
