import { expect, test } from 'vitest'
import { fromUtf8 } from '../../../src/kit/bytes.ts'
import { drivers } from '../../../src/transports/drivers.gen.ts'
import { batchOf, recipient } from '../../contracts/transport.ts'
import { TEST_SETTINGS } from '../../settings.ts'

const SETTINGS = {
  ...TEST_SETTINGS,
  RESEND_API_KEY: 're_key',
  POSTMARK_API_KEY: 'token',
  MAILGUN_API_KEY: 'key',
  MAILGUN_DOMAIN: 'mg.example.org',
  SENDGRID_API_KEY: 'SG.key',
  BREVO_API_KEY: 'key',
  SES_REGION: 'eu-west-1',
  SES_ACCESS_KEY_ID: 'AKIA',
  SES_API_KEY: 'AKIA:secret',
  SMTP_URL: 'smtps://mail.example.org',
  SES_SECRET_ACCESS_KEY: 'secret',
}
/** Providers that write Feedback-ID themselves. Gmail counts a mail with two of them for neither. */
const OWN = ['ses', 'cloudflare']

test.each(drivers.map(({ name }) => name))(
  '%s sends a Feedback-ID unless the provider writes its own',
  async (name) => {
    const driver = drivers.find((one) => one.name === name)
    const made = driver?.configure({ ...SETTINGS, EMAIL: { send: () => {} } })
    if (made === undefined || !('make' in made)) throw new Error(`${name}: ${JSON.stringify(made)}`)
    const batch = batchOf(recipient(1))
    const headers = { ...batch.headers, 'Feedback-ID': 'strike:appeal:tocsin:act-example-org' }
    const { body } = await made.make({} as never, 'bulk').compose({ ...batch, headers })
    expect(fromUtf8(body).includes('Feedback-ID')).toBe(!OWN.includes(name))
  },
)
