/** What `exports` of `cloudflare:workers` holds in the tests that run in workerd. */
declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import('../src/worker.ts')
  }
}
