import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Settings } from '../env.ts'
import { FALLBACK_LOCALE, negotiate } from '../kit/locales.ts'
import { errorMessage } from '../kit/result.ts'
import { formStamp } from '../security/form-timestamp.ts'
import { isWithinLimit, isWithinStampLimit, LIMIT_PERIOD_SECONDS } from './client-limit.ts'
import { type FormFields, fieldText } from './fields.ts'
import { kindOfBody } from './form-body.ts'
import { type FormError, faultText } from './form-fields.tsx'
import { type LinkProblem, LinkProblemPage } from './link-problem.tsx'
import { type ErrorKind, ErrorPage } from './message-pages.tsx'
import { classifyOrigin, type RequestOrigin } from './origin.ts'
import { problem } from './problem.ts'
import { LINK_PAGE_HEADERS } from './security-headers.ts'

/** Request parsing and common responses of the page routes. */

export type SiteEnv = { Bindings: Env; Variables: { settings: Settings } }
export type SiteContext = Context<SiteEnv>

export function requestOrigin(c: SiteContext): RequestOrigin {
  const { publicUrl, partnerOrigins } = c.var.settings
  return classifyOrigin(c.req.header('origin'), [new URL(publicUrl).origin, new URL(c.req.url).origin], partnerOrigins)
}

/** The wanted language if the site has it, else the best match for Accept-Language. */
export function localeIn(c: SiteContext, wanted: string | undefined): string {
  const { locales } = c.var.settings
  return wanted !== undefined && locales.includes(wanted) ? wanted : negotiate(c.req.header('accept-language'), locales)
}

/** The client's IP address, for limits only. Empty where Cloudflare reports none, as on a local server. */
export const clientIpOf = (c: SiteContext): string => c.req.header('cf-connecting-ip') ?? ''

/** Whether the client is within its rate limit. Requests from outside the site's own forms have the stricter limit. */
export const isWithinClientLimit = (c: SiteContext, ownForm: boolean): Promise<boolean> =>
  isWithinLimit(ownForm ? c.env.CLIENT_LIMIT : c.env.STRICT_LIMIT, c.var.settings.keys, clientIpOf(c))

/** Work that the answer does not wait for. An error is logged as `what`. */
export const inBackground = (c: SiteContext, what: string, work: Promise<unknown>): void =>
  c.executionCtx.waitUntil(work.catch((error: unknown) => console.error(`${what}:`, errorMessage(error))))

/**
 * The fields of a form, without its stamp when the stamp was used too often. The form is then shown again with a new one, as if it had
 * none: people behind one cached page lose nothing but a press of the button.
 */
export async function withinStampLimit(c: SiteContext, fields: FormFields): Promise<FormFields> {
  const stamp = fieldText(fields, 'stamp')
  if (stamp === undefined || (await isWithinStampLimit(c.env.STAMP_LIMIT, stamp))) return fields
  const { stamp: _, ...others } = fields
  return others
}

type PageHtml = string | Promise<string>

/** A page with personal content, behind a link or after a form: not cached and not indexed. */
export const linkPage = (
  c: SiteContext,
  html: PageHtml,
  status: ContentfulStatusCode = 200,
): Response | Promise<Response> => c.html(html, status, LINK_PAGE_HEADERS)

const LINK_STATUS: Record<LinkProblem, ContentfulStatusCode> = {
  malformed: 404,
  expired: 410,
  'left-since': 410,
  complained: 403,
}

/** The page for a link that does not work. `signUp`: a new sign-up brings a new link; otherwise `/my-data` does. */
export function linkProblem(
  c: SiteContext,
  kind: LinkProblem,
  { locale, signUp = false }: { locale?: string; signUp?: boolean } = {},
): Response | Promise<Response> {
  const page = { kind, signUp, locale: localeIn(c, locale), settings: c.var.settings }
  return linkPage(c, <LinkProblemPage {...page} />, LINK_STATUS[kind])
}

export const checkYourMail = (c: SiteContext): Response =>
  c.json({ status: 'check-your-mail' }, 202, { 'cache-control': 'no-store' })

/** A 422 response for programs, with the English page text of each fault. */
export function unprocessable(c: SiteContext, faults: readonly FormError[]): Response {
  const errors = faults.map((fault) => ({ path: fault.path, message: faultText(FALLBACK_LOCALE, fault) }))
  return problem(c, { status: 422, title: 'Invalid fields', errors })
}

const REFUSALS = {
  refused: {
    status: 403,
    title: 'Origin not allowed',
    detail: 'forms and scripts of other sites need their origin in PARTNER_ORIGINS',
  },
  'too-many': { status: 429, title: 'Too many requests', detail: `try again in ${LIMIT_PERIOD_SECONDS} seconds` },
  'too-large': { status: 413, title: 'Body too large', detail: 'expected a form or a JSON object of at most 64 KiB' },
  unsupported: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'expected a form (urlencoded or multipart) or application/json',
  },
  cut: { status: 400, title: 'The body broke off', detail: 'expected a whole body: send it again' },
  unreadable: {
    status: 400,
    title: 'Unreadable body',
    detail: 'expected a body that matches its Content-Type; JSON must be an object',
  },
} as const

/**
 * The stamp for a form that is shown again. A form sent too fast keeps its stamp, because a new one would fail again;
 * else a new stamp.
 */
export async function renewStamp(c: SiteContext, fields: FormFields, faults: readonly FormError[]): Promise<string> {
  const tooFast = faults.some(({ message }) => message === 'fault.stamp.too-fast')
  return (tooFast && fieldText(fields, 'stamp')) || formStamp(c.var.settings.keys, Date.now())
}

/** The response to a refused request: a page if a form was sent, else problem details. */
export function refusalResponse(
  c: SiteContext,
  locale: string,
  reason: keyof typeof REFUSALS,
  pageOf: (kind: ErrorKind) => PageHtml = (kind) => <ErrorPage kind={kind} locale={locale} settings={c.var.settings} />,
): Response | Promise<Response> {
  const refusal = REFUSALS[reason]
  const headers: Record<string, string> = reason === 'too-many' ? { 'retry-after': String(LIMIT_PERIOD_SECONDS) } : {}
  if (reason === 'unsupported' || reason === 'unreadable' || kindOfBody(c.req.raw) !== 'form')
    return problem(c, refusal, headers)
  return c.html(pageOf(reason), refusal.status, { ...headers, 'cache-control': 'no-store' })
}
