import { Hono } from 'hono'
import { mailboxQueueOf, suppressionOf } from '../../objects.ts'
import { ROUTES } from '../../paths.ts'
import { readNoMore } from '../../security/no-more.ts'
import { fieldText } from '../../web/fields.ts'
import { readBody } from '../../web/form-body.ts'
import { inBackground, linkPage, linkProblem, localeIn, type SiteEnv } from '../../web/responses.tsx'
import { NoMorePage, NoMoreStoppedPage, NoMoreUndonePage } from './pages.tsx'

/** The link “no more such mails” of confirmations. GET changes nothing, because mail scanners follow every link. */
export const noMoreRoutes = new Hono<SiteEnv>()

noMoreRoutes.get(ROUTES.noMore, async (c) => {
  const { settings } = c.var
  const token = c.req.param('token')
  const link = await readNoMore(settings.keys, token, Date.now())
  if (!link.ok) return linkProblem(c, link.error)
  const until = await suppressionOf(c.env).confirmationsStoppedUntil(link.value.mailbox)
  const page = { locale: localeIn(c, link.value.locale), settings, token }
  return linkPage(c, until === null ? <NoMorePage {...page} /> : <NoMoreStoppedPage until={until} {...page} />)
})

/** Stops confirmations to the mailbox, with any body; with the field `undo` it allows them again. */
noMoreRoutes.post(ROUTES.noMore, async (c) => {
  const { settings } = c.var
  const token = c.req.param('token')
  const link = await readNoMore(settings.keys, token, Date.now())
  if (!link.ok) return linkProblem(c, link.error)
  const { mailbox } = link.value
  const body = await readBody(c.req.raw)
  const undo = 'fields' in body && fieldText(body.fields, 'undo') === 'yes'
  const until = await suppressionOf(c.env).stopConfirmations(mailbox, !undo)
  inBackground(c, 'allowance not filled', mailboxQueueOf(c.env, mailbox).fillAllowance())
  const page = { locale: localeIn(c, link.value.locale), settings }
  return linkPage(
    c,
    until === null ? <NoMoreUndonePage {...page} /> : <NoMoreStoppedPage until={until} token={token} {...page} />,
  )
})
