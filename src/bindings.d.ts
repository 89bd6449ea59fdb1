/** What wrangler.toml binds to the Worker. Settings come beside it in the same object and are parsed by `env.ts`. */
declare namespace Cloudflare {
  interface Env {
    SUPPORTERS: KVNamespace
    CONTENT: KVNamespace
    REGISTER: DurableObjectNamespace<import('./dispatch/register.ts').Register>
    DISPATCH: DurableObjectNamespace<import('./dispatch/dispatch.ts').Dispatch>
    LANE: DurableObjectNamespace<import('./dispatch/lane.ts').Lane>
    SUPPRESSION: DurableObjectNamespace<import('./dispatch/suppression.ts').Suppression>
    POSTBOX: DurableObjectNamespace<import('./dispatch/postbox.ts').Postbox>
    PACER: DurableObjectNamespace<import('./dispatch/pacer.ts').Pacer>
    HOOKS: DurableObjectNamespace<import('./webhooks/hooks.ts').Hooks>
    ACTIONS: DurableObjectNamespace<import('./actions/actions.ts').Actions>
    IMPORT: DurableObjectNamespace<import('./supporters/import.ts').Import>
    OUTBOX: DurableObjectNamespace<import('./transports/outbox-store.ts').Outbox>
    CLIENT_LIMIT: RateLimit
    STRICT_LIMIT: RateLimit
    EMAIL?: SendEmail // of the transport `cloudflare`, where it is used
  }
}

interface Env extends Cloudflare.Env {}
