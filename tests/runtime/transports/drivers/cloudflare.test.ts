import { env } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { cloudflare } from '../../../../src/transports/drivers/cloudflare.ts'
import { batchOf, describeTransport, recipient } from '../../../contracts/transport.ts'
import { arrivedBy, sendEmailDouble } from '../../../support/send-email.ts'

/** The `send_email` binding of the local runtime. */
const { EMAIL } = env
if (EMAIL === undefined) throw new Error('vitest.config.ts binds EMAIL')

describeTransport(
  'cloudflare, by the binding of the local runtime,',
  async () => {
    const double = sendEmailDouble(EMAIL)
    return {
      transport: cloudflare(double.binding, { callsPerSecond: 10 }),
      arrived: async () => arrivedBy(double),
      close: async () => {},
    }
  },
  { recognisesRepeats: false, canVanish: false },
)

test('the runtime’s own binding accepts a mail and returns a message id', async () => {
  const transport = cloudflare(EMAIL, { callsPerSecond: 10 })
  const answer = await transport.send(await transport.compose(batchOf(recipient(1))), 'k')
  expect(answer).toEqual([{ kind: 'accepted', reference: expect.stringMatching(/@.*example\.org/) }])
})
