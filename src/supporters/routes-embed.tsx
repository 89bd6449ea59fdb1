import { Hono } from 'hono'
import { catalogue } from '../campaigns/catalogue.ts'
import { campaignStatus } from '../campaigns/page-status.ts'
import { EmbedMessage, EmbedPage } from '../campaigns/pages/embed.tsx'
import { translator } from '../kit/page-texts.ts'
import { paths, ROUTES } from '../paths.ts'
import { formStamp } from '../security/form-timestamp.ts'
import { kindOfBody, readBody, refillValues } from '../web/form-body.ts'
import type { FormError, FormValues } from '../web/form-fields.tsx'
import {
  isWithinClientLimit,
  localeIn,
  refusalResponse,
  renewStamp,
  requestOrigin,
  type SiteContext,
  type SiteEnv,
  withinStampLimit,
} from '../web/responses.tsx'
import { contentSecurityPolicy } from '../web/security-headers.ts'
import { humanCheck } from '../web/turnstile.ts'
import { depsOf } from './context.ts'
import { SIGN_UP_FIELDS, signUp } from './sign-up.ts'

/** Routes of the campaign page for frames on other sites. No cookies: browsers block them in frames. */
export const embedRoutes = new Hono<SiteEnv>()

/** Seconds that a frame's page may be cached, as for the campaign page: a closed campaign must show soon. */
const FRAME_SECONDS = 60

/** Allows framing, for these responses only, errors included: otherwise the frame would stay empty. */
embedRoutes.use(ROUTES.embed, async (c, next) => {
  await next()
  c.header('content-security-policy', contentSecurityPolicy(c.var.settings.turnstile !== undefined, '*'))
})

embedRoutes.get(ROUTES.embed, async (c) => {
  const locale = localeIn(c, c.req.query('lang'))
  const stamp = await formStamp(c.var.settings.keys, Date.now())
  return framed(c, locale, { stamp, sent: c.req.query('sent') === '1' })
})

/** The form in the frame posts from our own origin. Forms of partner sites post to the sign-up page instead. */
embedRoutes.post(ROUTES.embed, async (c) => {
  const locale = localeIn(c, c.req.query('lang'))
  const from = requestOrigin(c)
  const no = (reason: Parameters<typeof refusalResponse>[2]) =>
    refusalResponse(c, locale, reason, (kind) => message(c, locale, `error.${kind}`))
  if (from.kind === 'foreign' || from.kind === 'partner') return no('refused')
  if (kindOfBody(c.req.raw) !== 'form') return no('unsupported')
  if (!(await isWithinClientLimit(c, from.kind === 'own'))) return no('too-many')
  const body = await readBody(c.req.raw)
  if (!('fields' in body)) return no(body.kind)

  const { turnstile } = c.var.settings
  const slug = c.req.param('slug')
  const fields = { ...(await withinStampLimit(c, body.fields)), campaign: slug }
  const result = await signUp(depsOf(c), fields, {
    locale,
    via: 'embed',
    stamped: true,
    ...(turnstile && { isHuman: humanCheck(turnstile, fields) }),
  })
  if (result.kind === 'asked') return c.redirect(paths.embedSignedUp(locale, slug), 303)
  const stamp = await renewStamp(c, fields, result.faults)
  return framed(c, locale, { stamp, values: refillValues(fields, SIGN_UP_FIELDS), errors: result.faults })
})

type EmbedState = { stamp: string; sent?: boolean; values?: FormValues; errors?: readonly FormError[] }

async function framed(c: SiteContext, locale: string, state: EmbedState) {
  const now = Date.now()
  const campaign = await catalogue(c.env.CONTENT).findCached(c.req.param('slug') ?? '', now)
  if (campaign === null || campaign.status === 'draft') return c.html(message(c, locale, 'not-found'), 404)
  const status = campaignStatus(campaign, now)
  const page = <EmbedPage locale={locale} settings={c.var.settings} campaign={campaign} status={status} {...state} />
  if (state.errors !== undefined) return c.html(page, 422, { 'cache-control': 'no-store' })
  return c.html(page, 200, { 'cache-control': `public, max-age=${FRAME_SECONDS}`, vary: 'Accept-Language' })
}

function message(c: SiteContext, locale: string, key: string) {
  const t = translator(locale)
  return <EmbedMessage locale={locale} settings={c.var.settings} title={t(`${key}.title`)} lead={t(`${key}.lead`)} />
}
