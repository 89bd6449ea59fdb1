import type { Template } from '../../src/emails/template/template.ts'
import { utf8 } from '../../src/kit/bytes.ts'
import type { Batch, Transport } from '../../src/transports/transport.ts'

/** A transport whose call body is the recipients' addresses, separated by spaces. */
export const fakeTransport = (as: Pick<Transport, 'send'> & Partial<Transport>): Transport => ({
  name: 'main',
  maxBatch: 1_000,
  idempotencySeconds: 0,
  captive: true,
  callsPerSecond: 1_000_000_000,
  account: async () => 'account',
  compose: async ({ recipients }) => ({
    body: utf8(recipients.map(({ to }) => to.address).join(' ')),
    people: recipients.length,
  }),
  check: async () => ({ ok: true, message: '' }),
  ...as,
})

const TEMPLATE: Template = { email: 'appeal', locale: 'en', hash: '', subject: [], html: [], text: [] }

/** A mail to these addresses. */
export const fakeMail = (addresses: readonly string[]): Batch => ({
  template: TEMPLATE,
  recipients: addresses.map((address) => ({ to: { address }, values: {}, headers: {}, messageId: address })),
  from: { address: 'sender@example.org' },
  headers: {},
  date: 0,
})
