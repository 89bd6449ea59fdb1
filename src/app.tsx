import { type Context, Hono } from 'hono'
import { actionRoutes, letterConfirmation } from './actions/routes.tsx'
import { reportedRoutes } from './actions/self-reports/routes-reported.tsx'
import { submissionConfirmation } from './actions/submissions/routes-submissions.tsx'
import { stopRoutes } from './actions/writers/routes-stop.tsx'
import { apiRoutes } from './api/routes.ts'
import { healthApi } from './api/routes-health.ts'
import { calendarRoutes } from './campaigns/calendar/routes-calendar.ts'
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
import { ErrorPage, NotFoundPage, SettingsPage } from './web/message-pages.tsx'
import { problem } from './web/problem.ts'
import { secureHeaders } from './web/security-headers.ts'
import { STYLE } from './web/style.gen.ts'

type AppEnv = { Bindings: Env; Variables: { settings: Settings } }

export const app = new Hono<AppEnv>()

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
app.route('/', calendarRoutes)
app.route('/', printRoutes)

app.notFound((c) =>
  isApi(c)
    ? problem(c, { status: 404, title: 'Not found' })
    : c.html(<NotFoundPage locale={localeOf(c)} settings={c.var.settings} />, 404),
)

/** The one error boundary. The log gets the stack without the request, because a path can contain a person's token. */
app.onError((error, c) => {
  console.error('request failed:', error.stack ?? error.message)
  if (isApi(c) || c.var.settings === undefined) return problem(c, { status: 500, title: 'Internal error' })
  return c.html(<ErrorPage kind="failed" locale={localeOf(c)} settings={c.var.settings} />, 500, {
    'cache-control': 'no-store',
  })
})

const isApi = (c: Context): boolean =>
  c.req.path.startsWith('/api/') || (c.req.header('accept') ?? '').includes('application/json')

/** The language in the first segment of the path, else the best match for Accept-Language. */
function localeOf(c: Context<AppEnv>): string {
  const { locales } = c.var.settings
  const first = c.req.path.split('/')[1] ?? ''
  return locales.includes(first) ? first : negotiate(c.req.header('accept-language'), locales)
}
