/** Fake providers that accept every call: their answers in the documented formats, and the settings for each. */

type FakeRequest = { method: string; path: string; body: string }
type FakeAnswer = { status: number; body: unknown; headers?: Record<string, string> }

type Fake = { settings: Record<string, string>; answer(request: FakeRequest): FakeAnswer }

const ok = (body: unknown): FakeAnswer => ({ status: 200, body })
const json = (body: string) => JSON.parse(body) as Record<string, unknown[]>

export const FAKES: Readonly<Record<string, Fake>> = {
  brevo: {
    settings: { BREVO_API_KEY: 'xkeysib-key' },
    answer({ path, body }) {
      const plan = [{ type: 'free', creditsType: 'sendLimit', credits: 300 }]
      if (path === '/v3/account') return ok({ email: 'o@example.org', plan, relay: { enabled: true, data: {} } })
      if (path === '/v3/senders/domains')
        return ok({ domains: [{ domain_name: 'example.org', authenticated: true }], count: 1 })
      return { status: 201, body: { messageIds: (json(body).messageVersions ?? []).map((_, n) => `<${n}@brevo>`) } }
    },
  },
  mailgun: {
    settings: { MAILGUN_API_KEY: 'mailgun-key', MAILGUN_DOMAIN: 'mg.example.org' },
    answer: ({ method }) =>
      method === 'GET'
        ? ok({ domain: { name: 'mg.example.org', state: 'active', type: 'custom', is_disabled: false } })
        : ok({ id: '<1@mg.example.org>', message: 'Queued. Thank you.' }),
  },
  postmark: {
    settings: { POSTMARK_API_KEY: 'postmark-token' },
    answer({ path, body }) {
      if (path === '/server') return ok({ ID: 1, Name: 'Tocsin', DeliveryType: 'Live' })
      const stream = /^\/message-streams\/(.+)$/.exec(path)?.[1]
      const type = stream === 'outbound' ? 'Transactional' : 'Broadcasts'
      const handling = { SubscriptionManagementConfiguration: { UnsubscribeHandlingType: 'Custom' } }
      if (stream !== undefined) return ok({ ID: stream, MessageStreamType: type, ArchivedAt: null, ...handling })
      return ok((JSON.parse(body) as unknown[]).map((_, n) => ({ ErrorCode: 0, Message: 'OK', MessageID: `pm-${n}` })))
    },
  },
  resend: {
    settings: { RESEND_API_KEY: 're_key' },
    answer({ method, path, body }) {
      if (method === 'GET') return ok({ data: [{ name: 'example.org', status: 'verified' }] })
      return path === '/emails'
        ? ok({ id: 're-0' })
        : ok({ data: (JSON.parse(body) as unknown[]).map((_, n) => ({ id: `re-${n}` })) })
    },
  },
  sendgrid: {
    settings: { SENDGRID_API_KEY: 'SG.key' },
    answer({ path }) {
      if (path === '/v3/scopes') return ok({ scopes: ['mail.send'] })
      if (path === '/v3/user/credits') return ok({ remain: 100, overage: 0 })
      if (path.startsWith('/v3/whitelabel/domains')) return ok([{ domain: 'example.org', valid: true }])
      return { status: 202, body: '', headers: { 'x-message-id': 'sg-1' } }
    },
  },
  ses: {
    settings: {
      SES_REGION: 'eu-west-1',
      SES_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      SES_SECRET_ACCESS_KEY: 'secret',
      SES_CONFIGURATION_SET: 'events',
    },
    answer({ method, path, body }) {
      const SendQuota = { Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 0 }
      if (path === '/v2/email/account')
        return ok({ ProductionAccessEnabled: true, SendingEnabled: true, EnforcementStatus: 'HEALTHY', SendQuota })
      if (method === 'GET') return ok({ VerifiedForSendingStatus: true, IdentityType: 'DOMAIN' })
      const entries = json(body).BulkEmailEntries
      if (entries === undefined) return ok({ MessageId: 'ses-0' })
      return ok({ BulkEmailEntryResults: entries.map((_, n) => ({ Status: 'SUCCESS', MessageId: `ses-${n}` })) })
    },
  },
}
