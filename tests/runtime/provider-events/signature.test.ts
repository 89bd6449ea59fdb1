import { expect, it } from 'vitest'
import type { SignedRequest } from '../../../src/provider-events/provider.ts'
import { providers } from '../../../src/provider-events/providers.ts'
import SNS from '../../support/certificates/sns.pem?raw'
import { BOUNCES, type Name, SECRETS, SIGNERS } from '../../support/signed-events.ts'

const NOW = Date.parse('2026-12-01T12:00:00Z')
const names = Object.keys(SECRETS) as Name[]

const read = (name: Name, request: SignedRequest) =>
  providers.find((one) => one.name === name)?.read(request, SECRETS[name], NOW, { fetchText: async () => SNS })

it.each(names)('%s: a genuine event is accepted in the Workers runtime', async (name) => {
  const reports = await read(name, SIGNERS[name](JSON.stringify(BOUNCES[name]), NOW))
  expect(reports).toEqual([expect.objectContaining({ kind: 'bounced', permanent: true, email: 'iris@example.org' })])
})

it.each(['resend', 'sendgrid', 'ses'] as const)('%s: a changed body is refused in workerd', async (name) => {
  const { headers, body } = SIGNERS[name](JSON.stringify(BOUNCES[name]), NOW)
  const text = new TextDecoder().decode(body).replace('iris@', 'noor@')
  const changed = new TextEncoder().encode(text) as SignedRequest['body']
  expect(await read(name, { headers, body: changed })).toEqual({ refused: expect.stringContaining('signature') })
})
