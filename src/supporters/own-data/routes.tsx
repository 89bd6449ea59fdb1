import { type Context, Hono } from 'hono'
import { mailboxQueueOf } from '../../objects.ts'
import { paths, ROUTES } from '../../paths.ts'
import { formStamp } from '../../security/form-timestamp.ts'
import type { Keyring } from '../../security/keyring.ts'
import { noMoreToken } from '../../security/no-more.ts'
import { kindOfBody, readBody } from '../../web/form-body.ts'
import type { FormError } from '../../web/form-fields.tsx'
import { isCaught } from '../../web/honeypot.tsx'
import {
  checkYourMail,
  inBackground,
  isWithinClientLimit,
  linkPage,
  linkProblem,
  localeIn,
  refusalResponse,
  requestOrigin,
  type SiteContext,
  type SiteEnv,
  unprocessable,
  withinStampLimit,
} from '../../web/responses.tsx'
import { LINK_PAGE_HEADERS } from '../../web/security-headers.ts'
import { depsOf } from '../context.ts'
import { eraseSupporter } from '../unsubscribe.ts'
import {
  type AccessClaims,
  type AccessPurpose,
  accessTokens,
  parseLinkRequest,
  readAccess,
  sendAccessLinks,
} from './access-links.ts'
import { ActPage, ErasedPage, MyDataPage } from './pages-my-data.tsx'
import { GonePage, PreferencesPage } from './pages-preferences.tsx'
import { readPersonalData } from './personal-data.ts'
import { changePreferences, type Preferences, preferencesOf } from './preferences.ts'

/** Routes of /my-data and of the links that it mails: preferences, export and erasure. */
export const ownDataRoutes = new Hono<SiteEnv>()

ownDataRoutes.get(ROUTES.myData, (c) =>
  myDataPage(c, localeIn(c, c.req.query('locale')), c.req.query('sent') === '1', []),
)

ownDataRoutes.post(ROUTES.myData, async (c) => {
  const locale = localeIn(c, c.req.query('locale'))
  const from = requestOrigin(c)
  if (from.kind === 'partner' || from.kind === 'foreign') return refusalResponse(c, locale, 'refused')
  const own = from.kind === 'own' && kindOfBody(c.req.raw) === 'form'
  if (!(await isWithinClientLimit(c, own))) return refusalResponse(c, locale, 'too-many')
  const body = await readBody(c.req.raw)
  if (!('fields' in body)) return refusalResponse(c, locale, body.kind)

  const deps = depsOf(c)
  const request = await parseLinkRequest(deps, await withinStampLimit(c, body.fields), body.kind === 'form')
  if (!request.ok)
    return body.kind === 'json' ? unprocessable(c, request.error) : myDataPage(c, locale, false, request.error)
  if (!isCaught(body.fields)) await sendAccessLinks(deps, request.value, locale)
  return body.kind === 'json' ? checkYourMail(c) : c.redirect(`${paths.myData(locale)}&sent=1`, 303)
})

async function myDataPage(c: SiteContext, locale: string, sent: boolean, errors: readonly FormError[]) {
  const { settings } = c.var
  const stamp = await formStamp(settings.keys, Date.now())
  const page = <MyDataPage locale={locale} settings={settings} stamp={stamp} sent={sent} errors={errors} />
  return c.html(page, errors.length > 0 ? 422 : 200, { 'cache-control': 'no-store', 'x-robots-tag': 'noindex' })
}

// GET of each mailed link shows the page with its button and changes nothing.

ownDataRoutes.get(ROUTES.preferences, (c) =>
  withAccess(c, 'preferences', async (access) =>
    preferencesPage(c, access, await preferencesOf(depsOf(c), access.fingerprint, access.mailbox)),
  ),
)

for (const act of ['erase', 'export'] as const) {
  ownDataRoutes.get(ROUTES[act], (c) => withAccess(c, act, (access) => actPage(c, act, access)))
}

ownDataRoutes.post(ROUTES.preferences, (c) =>
  withAccess(c, 'preferences', async (access) => {
    const body = await readBody(c.req.raw)
    if (!('fields' in body)) return refusalResponse(c, localeIn(c, access.locale), body.kind)
    const change = await changePreferences(depsOf(c), access.fingerprint, body.fields, access.mailbox)
    return change.kind === 'refused'
      ? preferencesPage(c, access, change.current, { errors: change.faults })
      : preferencesPage(c, access, change, { saved: true })
  }),
)

ownDataRoutes.post(ROUTES.erase, (c) =>
  withAccess(c, 'erase', async (access) => {
    await eraseSupporter(depsOf(c), printsOf(access))
    return linkPage(c, <ErasedPage locale={localeIn(c, access.locale)} settings={c.var.settings} />)
  }),
)

ownDataRoutes.post(ROUTES.export, (c) =>
  withAccess(c, 'export', async (access) => {
    const held = await readPersonalData(depsOf(c), printsOf(access))
    return c.body(`${JSON.stringify(held, null, 2)}\n`, 200, {
      ...LINK_PAGE_HEADERS,
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="my-data.json"',
    })
  }),
)

const printsOf = ({ fingerprint, mailbox = '' }: AccessClaims) => ({ fingerprint, mailbox })

async function withAccess(
  c: Context<SiteEnv, '/:token'>,
  purpose: AccessPurpose,
  act: (access: AccessClaims) => Promise<Response>,
) {
  const read = await readAccess(depsOf(c), purpose, c.req.param('token'))
  if (!read.ok) return linkProblem(c, read.error)
  const { mailbox } = read.value
  if (c.req.method === 'POST' && mailbox !== undefined)
    inBackground(c, 'allowance not filled', mailboxQueueOf(c.env, mailbox).fillAllowance())
  return act(read.value)
}

async function actPage(c: SiteContext, act: 'erase' | 'export', access: AccessClaims) {
  const deps = depsOf(c)
  const held = await preferencesOf(deps, access.fingerprint)
  const page = { locale: localeIn(c, access.locale), settings: c.var.settings }
  if (act === 'erase' && held.kind === 'gone' && held.erased) return linkPage(c, <ErasedPage {...page} />)
  const tokens = await accessTokens(deps, access)
  const email = held.kind === 'shown' ? held.supporter.email : undefined
  return linkPage(
    c,
    <ActPage {...page} act={act} token={tokens[act]} preferencesToken={tokens.preferences} email={email} />,
  )
}

/** Until when the mailbox gets no confirmations, with the token of the link that ends this; undefined when it gets them. */
async function noMoreOf(keys: Keyring, { mailbox, locale, issuedAt }: AccessClaims, { noMoreUntil }: Preferences) {
  if (mailbox === undefined || noMoreUntil === undefined) return undefined
  return { until: noMoreUntil, token: await noMoreToken(keys, { mailbox, locale }, 'my-data', issuedAt) }
}

async function preferencesPage(
  c: SiteContext,
  access: AccessClaims,
  preferences: Preferences,
  { errors = [], saved = false }: { errors?: readonly FormError[]; saved?: boolean } = {},
) {
  const tokens = await accessTokens(depsOf(c), access)
  const { settings } = c.var
  const shared = {
    locale: localeIn(c, access.locale),
    settings,
    eraseToken: tokens.erase,
    exportToken: tokens.export,
    noMore: await noMoreOf(settings.keys, access, preferences),
  }
  if (preferences.kind === 'gone') {
    return linkPage(c, <GonePage {...shared} gone={preferences} />, saved ? 410 : 200)
  }
  return linkPage(
    c,
    <PreferencesPage
      {...shared}
      token={tokens.preferences}
      supporter={preferences.supporter}
      pausedUntil={preferences.pausedUntil}
      saved={saved}
      errors={errors}
    />,
    errors.length > 0 ? 422 : 200,
  )
}
