import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { Settings } from '../../env.ts'
import { defined } from '../../kit/defined.ts'
import { isLoopback } from '../../kit/loopback.ts'
import { outboxOf } from '../../objects.ts'
import { ROUTES } from '../../paths.ts'
import { contentSecurityPolicy } from '../../web/security-headers.ts'
import { OutboxList } from './list-page.tsx'
import { mailHeaders } from './mail-headers.ts'
import { framed, isMailWidth, OutboxMailPage } from './mail-page.tsx'
import type { Outbox } from './outbox.ts'

type OutboxSite = { Bindings: { OUTBOX: DurableObjectNamespace<Outbox> }; Variables: { settings: Settings } }

/** Content security policy of a captured mail: it may be displayed but not run or load anything. */
const MAIL_CSP =
  "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"

export const outboxRoutes = new Hono<OutboxSite>()

/**
 * Restricts the viewer to browsers on this machine and to deployments that capture mail, because captured mail is unencrypted.
 */
const onlyHere = createMiddleware<OutboxSite>(async (c, next) => {
  const { loopback, transports } = c.var.settings
  const captures = Object.values(transports).some(({ name }) => name === 'outbox')
  // The request's URL must be loopback too: a DNS name that points here, or a tunnel, is not this machine's browser.
  if (!loopback || !isLoopback(c.req.url) || !captures) return c.notFound()
  await next()
  c.res.headers.set('cache-control', 'no-store')
})
for (const path of [ROUTES.outbox, ROUTES.outboxJson, `${ROUTES.outbox}/*`]) outboxRoutes.use(path, onlyHere)

outboxRoutes.get(ROUTES.outbox, async (c) => {
  const { to = '', kind = '', campaign = '', locale = '', dispatch = '', before } = c.req.query()
  const fields = { to, kind, campaign, locale, dispatch }
  const found = await outboxOf(c.env).list({ ...fields, ...defined({ before: Number(before) || undefined }) })
  return c.html(<OutboxList settings={c.var.settings} {...found} fields={fields} />)
})

/** JSON for programs: mails after an id, oldest first. */
outboxRoutes.get(ROUTES.outboxJson, async (c) =>
  c.json(await outboxOf(c.env).after(Number(c.req.query('after')) || 0, c.req.query('to'))),
)

outboxRoutes.get(ROUTES.outboxEml, async (c) => {
  const eml = await outboxOf(c.env).eml(Number.parseInt(c.req.param('file'), 10))
  if (eml === null) return c.notFound()
  return c.body(eml, 200, {
    'content-type': 'message/rfc822',
    'content-disposition': `attachment; filename="${c.req.param('file')}"`,
  })
})

/** Downloads an attachment. HTML attachments must not be displayed at this origin. */
outboxRoutes.get(ROUTES.outboxAttachment, async (c) => {
  const found = await outboxOf(c.env).attachment(Number(c.req.param('id')), Number(c.req.param('n')))
  if (found === null) return c.notFound()
  return c.body(new Uint8Array(found.content), 200, {
    'content-type': found.contentType,
    'content-disposition': `attachment; filename="${found.filename}"`,
    'x-content-type-options': 'nosniff',
  })
})

outboxRoutes.get(ROUTES.outboxMail, async (c) => {
  const id = Number(c.req.param('id'))
  const outbox = outboxOf(c.env)
  const [mail, eml] = await Promise.all([outbox.mail(id), outbox.eml(id)])
  const width = c.req.query('width')
  c.header('content-security-policy', `${contentSecurityPolicy(false)}; frame-src 'self'`)
  if (mail === null || eml === null) return c.notFound()
  return c.html(
    <OutboxMailPage
      settings={c.var.settings}
      mail={mail}
      headers={mailHeaders(eml)}
      width={isMailWidth(width) ? width : undefined}
    />,
  )
})

outboxRoutes.get(ROUTES.outboxHtml, async (c) => {
  const mail = await outboxOf(c.env).mail(Number(c.req.param('id')))
  return mail === null ? c.notFound() : c.html(framed(mail.html), 200, { 'content-security-policy': MAIL_CSP })
})
