import { Hono } from 'hono'
import { paths, ROUTES } from '../paths.ts'
import { formStamp } from '../security/form-timestamp.ts'
import { readOptOut } from '../security/opt-out.ts'
import { fieldText } from '../web/fields.ts'
import { kindOfBody, readBody, refillValues } from '../web/form-body.ts'
import type { FormError, FormValues } from '../web/form-fields.tsx'
import type { RequestOrigin } from '../web/origin.ts'
import { problem } from '../web/problem.ts'
import {
  checkYourMail,
  isWithinClientLimit,
  linkPage,
  linkProblem,
  localeIn,
  refusalResponse,
  renewStamp,
  requestOrigin,
  type SiteContext,
  type SiteEnv,
  unprocessable,
  withinStampLimit,
} from '../web/responses.tsx'
import { LINK_PAGE_HEADERS } from '../web/security-headers.ts'
import { humanCheck, TURNSTILE_FIELD } from '../web/turnstile.ts'
import { depsOf } from './context.ts'
import { noMoreRoutes } from './no-more/routes.tsx'
import { ownDataRoutes } from './own-data/routes.tsx'
import { SignUpPage, UnsubscribedPage, UnsubscribePage } from './pages.tsx'
import { embedRoutes } from './routes-embed.tsx'
import { SIGN_UP_FIELDS, signUp } from './sign-up.ts'
import { unsubscribeSupporter } from './unsubscribe.ts'

/** Routes of sign-up, unsubscribe and own data. GET changes nothing, because mail scanners follow every link. */
export const supporterRoutes = new Hono<SiteEnv>()
  .route('/', embedRoutes)
  .route('/', ownDataRoutes)
  .route('/', noMoreRoutes)

// Signing up

supporterRoutes.get(ROUTES.signUp, async (c) => {
  const locale = knownLocale(c)
  if (locale === null) return c.notFound()
  const campaign = c.req.query('campaign')
  const values = campaign === undefined ? {} : { campaign }
  return signUpPage(c, locale, { values, sent: c.req.query('sent') === '1' })
})

supporterRoutes.options(ROUTES.signUp, (c) => {
  const preflight = { 'access-control-allow-methods': 'POST', 'access-control-allow-headers': 'content-type' }
  return c.body(null, 204, { ...crossOrigin(requestOrigin(c)), ...preflight })
})

supporterRoutes.post(ROUTES.signUp, async (c) => {
  const locale = knownLocale(c)
  if (locale === null) return c.notFound()
  const from = requestOrigin(c)
  for (const [name, value] of Object.entries(crossOrigin(from))) c.header(name, value)
  if (from.kind === 'foreign') return refusalResponse(c, locale, 'refused')
  const own = from.kind === 'own' && kindOfBody(c.req.raw) === 'form'
  if (!(await isWithinClientLimit(c, own))) return refusalResponse(c, locale, 'too-many')
  const body = await readBody(c.req.raw)
  if (!('fields' in body)) return refusalResponse(c, locale, body.kind)

  const { kind } = body
  const fields = await withinStampLimit(c, body.fields)
  if (kind === 'json' && unknownIn(fields).length > 0) return unknownFields(c, unknownIn(fields))
  const { turnstile } = c.var.settings
  const partnerForm = from.kind === 'partner' && kind === 'form' // a partner's plain form has neither our stamp nor Turnstile
  const result = await signUp(depsOf(c), fields, {
    locale,
    via: from.kind === 'partner' ? from.origin : kind === 'form' ? 'page' : 'json',
    stamped: kind === 'form' && !partnerForm,
    ...(turnstile && !partnerForm && { isHuman: humanCheck(turnstile, fields) }),
  })
  if (result.kind === 'asked') return kind === 'json' ? checkYourMail(c) : c.redirect(paths.signedUp(locale), 303)
  if (kind === 'json') return unprocessable(c, result.faults)
  const stamp = await renewStamp(c, fields, result.faults)
  return signUpPage(c, locale, { values: refillValues(fields, SIGN_UP_FIELDS), errors: result.faults, stamp })
})

type SignUpState = { values: FormValues; errors?: readonly FormError[]; sent?: boolean; stamp?: string }

async function signUpPage(c: SiteContext, locale: string, { values, errors = [], sent = false, stamp }: SignUpState) {
  const { settings } = c.var
  const given = stamp ?? (await formStamp(settings.keys, Date.now()))
  return c.html(
    <SignUpPage locale={locale} settings={settings} stamp={given} values={values} errors={errors} sent={sent} />,
    errors.length > 0 ? 422 : 200,
    { 'cache-control': 'no-store' },
  )
}

// Leaving

supporterRoutes.get(ROUTES.unsubscribe, async (c) => {
  const { settings } = c.var
  const token = c.req.param('token')
  const read = await readOptOut(settings.keys, token, Date.now())
  if (!read.ok) return linkProblem(c, read.error)
  return linkPage(c, <UnsubscribePage locale={localeIn(c, read.value.locale)} settings={settings} token={token} />)
})

/**
 * One-click unsubscribe (RFC 8058 §3.2): acts at once on any body, also one that breaks off, without redirect, cookie or origin check.
 */
supporterRoutes.post(ROUTES.unsubscribe, async (c) => {
  const { settings } = c.var
  const deps = depsOf(c)
  const read = await readOptOut(settings.keys, c.req.param('token'), deps.now)
  const act = async () => {
    const body = await readBody(c.req.raw).catch(() => null) // the connection broke
    const byPage = body !== null && 'fields' in body && fieldText(body.fields, 'via') === 'page'
    if (read.ok) await unsubscribeSupporter(deps, read.value, byPage ? 'page' : 'one-click')
    return byPage
  }
  const acting = act()
  c.executionCtx.waitUntil(acting.catch(() => null)) // goes on although the client hangs up
  const byPage = await acting
  if (!read.ok)
    return byPage ? linkProblem(c, read.error) : c.text('This link is incomplete.\n', 404, LINK_PAGE_HEADERS)
  if (!byPage) return c.text('You have unsubscribed.\n', 200, LINK_PAGE_HEADERS)
  return linkPage(c, <UnsubscribedPage locale={localeIn(c, read.value.locale)} settings={settings} />)
})

function knownLocale(c: SiteContext): string | null {
  const locale = c.req.param('locale') ?? ''
  return c.var.settings.locales.includes(locale) ? locale : null
}

/** CORS headers for scripts on partners' pages (fetch.spec.whatwg.org, HTTP-CORS protocol). */
const crossOrigin = (from: RequestOrigin): Record<string, string> =>
  from.kind === 'partner' ? { 'access-control-allow-origin': from.origin, vary: 'Origin' } : { vary: 'Origin' }

/** Fields that a JSON sign-up may contain: misspelt fields are refused. Forms may have others, such as their buttons. */
const JSON_FIELDS: readonly string[] = [...SIGN_UP_FIELDS, TURNSTILE_FIELD]
const unknownIn = (fields: object): string[] => Object.keys(fields).filter((name) => !JSON_FIELDS.includes(name))

function unknownFields(c: SiteContext, names: string[]): Response {
  const message = `Unknown field. Expected: ${SIGN_UP_FIELDS.join(', ')}.`
  return problem(c, {
    status: 422,
    title: 'Unknown fields',
    errors: names.map((path) => ({ path, message })),
  })
}
