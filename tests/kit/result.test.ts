import { expect, test } from 'vitest'
import { errorMessage } from '../../src/kit/result.ts'

test('an Error gives its message; any other thrown value becomes text', () => {
  expect(errorMessage(new TypeError('it is gone'))).toBe('it is gone')
  expect(errorMessage('gone')).toBe('gone')
  expect(errorMessage(undefined)).toBe('undefined')
})
