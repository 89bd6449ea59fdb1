/** What `exports` of `cloudflare:workers` holds in the tests that run in workerd. */
declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import('../src/worker.ts')
  }
}

/** A file's text, as Vite imports it. */
declare module '*?raw' {
  const text: string
  export default text
}

/** A package without types, of which the tests use this much. */
declare module 'sns-validator' {
  export default class MessageValidator {
    validate(message: object, done: (error: Error | null) => void): void
  }
}
