import { type Context, Hono } from 'hono'
import { actionRoutes, letterConfirmation } from './actions/routes.tsx'
import { reportedRoutes } from './actions/self-reports/routes-reported.tsx'
import { submissionConfirmation } from './actions/submissions/routes-submissions.tsx'
import { stopRoutes } from './actions/writers/routes-stop.tsx'
import { apiRoutes } from './api/routes.ts'
import { healthApi } from './api/routes-health.ts'
import { calendarRoutes } from './campaigns/calendar/routes-calendar.ts'
import { moreRoutes } from './campaigns/pages/more/routes-more.tsx'
import { campaignRoutes } from './campaigns/pages/routes.tsx'
import { printRoutes } from './campaigns/print/routes-print.tsx'
import { type Settings, settingsOf } from './env.ts'
import { negotiate } from './kit/locales.ts'
import { ROUTES } from './paths.ts'
import { webhookRoutes } from './provider-events/routes.ts'
import { supporterRoutes } from './supporters/routes.tsx'
import { signUpConfirmation } from './supporters/sign-up-confirmation.tsx'
import { outboxRoutes } from './transports/outbox/routes.tsx'
import { healthOf } from './use-cases/health.ts'
import { confirmRoutes } from './web/confirm-routes.ts'
import { ErrorPage, NotFoundPage, SettingsPage, WrongMethodPage } from './web/message-pages.tsx'
import { problem } from './web/problem.ts'
import { methodFinder } from './web/routing/allowed-methods.ts'
import { hasToken, tidyPath } from './web/routing/tidy-path.ts'
import { secureHeaders } from './web/security-headers.ts'
import { STYLE } from './web/style.gen.ts'

type AppEnv = { Bindings: Env; Variables: { settings: Settings } }

export const app = new Hono<AppEnv>({ getPath: (request) => tidyPath(new URL(request.url).pathname) })

app.use(secureHeaders(async (env) => (await settingsOf(env)).settings))

app.get(ROUTES.health, async (c, next) => {
  const found = await settingsOf(c.env)
  if (c.req.query('deep') !== undefined && found.settings !== undefined) return next()
  const health = healthOf(c.env, found)
  return c.json(health, health.ok ? 200 : 503, { 'cache-control': 'no-store' })
})

/** Every request gets 503 while a setting is missing or wrong; the response lists the faulty settings. */
app.use(async (c, next) => {
  const { settings, faults } = await settingsOf(c.env)
  if (settings !== undefined) {
    c.set('settings', settings)
    return next()
  }
  if (c.req.path === ROUTES.style) return c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' })
  if (!isApi(c)) return c.html(<SettingsPage faults={faults} />, 503, { 'cache-control': 'no-store' })
  const errors = faults.map((fault) => ({ path: fault.name, message: fault.message }))
  return problem(c, { status: 503, title: 'Tocsin is not set up', errors })
})

/** A page has one address. Requests that are not for pages, and paths with a token, are answered at the address they came to. */
app.use(async (c, next) => {
  const { pathname, search } = new URL(c.req.url)
  const isPage = c.req.method === 'GET' && !isApi(c) && !hasToken(c.req.path)
  if (!isPage || c.req.path === pathname) return next()
  return c.redirect(c.req.path + search, 308)
})

app.route(ROUTES.health, healthApi)
app.route('/', apiRoutes)
app.route('/', webhookRoutes)
app.route('/', outboxRoutes)
const confirmations = { confirm: signUpConfirmation, letter: letterConfirmation, voice: submissionConfirmation }
app.route('/', confirmRoutes(confirmations))
app.route('/', actionRoutes)
app.route('/', reportedRoutes)
app.route('/', stopRoutes)
app.route('/', supporterRoutes)
app.route('/', campaignRoutes)
app.route('/', moreRoutes)
app.route('/', calendarRoutes)
app.route('/', printRoutes)

const allowedMethods = methodFinder(app.routes)

/** 404, or 405 where the path has other methods. A handler may have answered 404 for a path that has this method. */
app.notFound((c) => {
  const allowed = allowedMethods(c.req.path)
  const isMissing = allowed.length === 0 || allowed.includes(c.req.method)
  const headers: Record<string, string> = isMissing ? {} : { allow: [...new Set([...allowed, 'OPTIONS'])].join(', ') }
  if (!isMissing && c.req.method === 'OPTIONS') return c.body(null, 204, headers)
  if (isApi(c) || !PAGE_METHODS.includes(c.req.method))
    return isMissing
      ? problem(c, { status: 404, title: 'Not found' })
      : problem(c, { status: 405, title: 'Method not allowed', detail: `expected ${allowed.join(', ')}` }, headers)
  const page = isMissing ? NotFoundPage : WrongMethodPage
  return c.html(page({ locale: localeOf(c), settings: c.var.settings }), isMissing ? 404 : 405, headers)
})

/** Methods by which a browser asks for a page. */
const PAGE_METHODS = ['GET', 'HEAD', 'POST']

/** The one error boundary. The log gets the stack without the request, because a path can contain a person's token. */
app.onError((error, c) => {
  console.error('request failed:', error.stack ?? error.message)
  if (isApi(c) || c.var.settings === undefined) return problem(c, { status: 500, title: 'Internal error' })
  return c.html(<ErrorPage kind="failed" locale={localeOf(c)} settings={c.var.settings} />, 500, {
    'cache-control': 'no-store',
  })
})

const isApi = (c: Context): boolean =>
  /^\/(api|webhooks)\//.test(c.req.path) || (c.req.header('accept') ?? '').includes('application/json')

/** The language in the first segment of the path, else the best match for Accept-Language. */
function localeOf(c: Context<AppEnv>): string {
  const { locales } = c.var.settings
  const first = c.req.path.split('/')[1] ?? ''
  return locales.includes(first) ? first : negotiate(c.req.header('accept-language'), locales)
}
