/** What wrangler.toml binds to the Worker. Settings come beside it in the same object and are parsed by `env.ts`. */
declare namespace Cloudflare {
  interface Env {
    SUPPORTERS: KVNamespace
    CONTENT: KVNamespace
    REGISTER: DurableObjectNamespace<import('./dispatch/dispatch-registry.ts').Register>
    DISPATCH: DurableObjectNamespace<import('./dispatch/dispatch.ts').Dispatch>
    LANE: DurableObjectNamespace<import('./dispatch/lane/lane.ts').Lane>
    SUPPRESSION: DurableObjectNamespace<import('./suppression/suppression.ts').Suppression>
    POSTBOX: DurableObjectNamespace<import('./mailbox/mailbox-queue.ts').Postbox>
    PACER: DurableObjectNamespace<import('./delivery/quota/sender-quota.ts').Pacer>
    HOOKS: DurableObjectNamespace<import('./provider-events/event-inbox.ts').Hooks>
    ACTIONS: DurableObjectNamespace<import('./actions/campaign-actions.ts').Actions>
    IMPORT: DurableObjectNamespace<import('./supporters/import/import.ts').Import>
    OUTBOX: DurableObjectNamespace<import('./transports/outbox/outbox.ts').Outbox>
    CLIENT_LIMIT: RateLimit
    STRICT_LIMIT: RateLimit
    EMAIL?: SendEmail // of the transport `cloudflare`, where it is used
  }
}

interface Env extends Cloudflare.Env {}
