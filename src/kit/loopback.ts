const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** True when nothing sent to this URL can leave the machine. */
export const isLoopback = (url: string): boolean => URL.canParse(url) && LOOPBACK.test(new URL(url).hostname)
