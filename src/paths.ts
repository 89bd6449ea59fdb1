/** The URL table. Nobody writes a path elsewhere; builders give paths, `absolute` gives URLs. */

export const ROUTES = {
  root: '/',
  style: '/style.css',
  home: '/:locale/',
  campaign: '/:locale/campaigns/:slug',
  signUp: '/:locale/sign-up',
  confirm: '/confirm/:token',
  unsubscribe: '/unsubscribe/:token',
  myData: '/my-data',
  preferences: '/preferences/:token',
  erase: '/erase/:token',
  export: '/export/:token',
  outbox: '/outbox',
  outboxJson: '/outbox.json',
  outboxMail: '/outbox/:id{[0-9]+}',
  outboxHtml: '/outbox/:id{[0-9]+}/html',
  outboxEml: '/outbox/:file{[0-9]+\\.eml}',
  health: '/healthz',
  api: '/api/*',
  apiCampaigns: '/api/campaigns',
  apiCampaign: '/api/campaigns/:slug',
  apiPreview: '/api/campaigns/:slug/preview',
  apiDispatches: '/api/dispatches',
  apiDispatch: '/api/dispatches/:id',
  apiDispatchEvents: '/api/dispatches/:id/events',
  apiDispatchAct: '/api/dispatches/:id/:act',
  apiSupporterAct: '/api/supporters/:act',
  apiStats: '/api/stats',
  openapi: '/api/openapi.json',
} as const

export const paths = {
  home: (locale: string) => `/${locale}/`,
  campaign: (locale: string, slug: string) => `/${locale}/campaigns/${slug}`,
  signUp: (locale: string) => `/${locale}/sign-up`,
  signedUp: (locale: string) => `/${locale}/sign-up?sent=1`,
  confirm: (token: string) => `/confirm/${token}`,
  unsubscribe: (token: string) => `/unsubscribe/${token}`,
  myData: (locale: string) => `/my-data?locale=${locale}`,
  preferences: (token: string) => `/preferences/${token}`,
  erase: (token: string) => `/erase/${token}`,
  export: (token: string) => `/export/${token}`,
  outbox: (to?: string) => (to === undefined ? '/outbox' : `/outbox?to=${encodeURIComponent(to)}`),
  outboxMail: (id: number) => `/outbox/${id}`,
  outboxHtml: (id: number) => `/outbox/${id}/html`,
  outboxEml: (id: number) => `/outbox/${id}.eml`,
} as const

/** `base` is PUBLIC_URL, without a trailing slash. */
export const absolute = (base: string, path: string): string => `${base}${path}`
