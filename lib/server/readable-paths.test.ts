import { expect, test } from 'vitest'
import { readablePath } from './readable-paths'

test.each([
  ['/', '/'],
  ['/a/b?c=%ED%A0%80', '/a/b?c=%ED%A0%80'],
  ['/K%C3%B6ln/%25?x=1?y', '/K%C3%B6ln/%25?x=1?y'],
  ['*', '*'],
])('%s stays', (url, same) => {
  expect(readablePath(url)).toBe(same)
})

test.each([
  ['/a/%ED%A0%80', '/a/%25ED%25A0%2580'],
  ['/a/%', '/a/%25'],
  ['/%zz/%41?q=%zz', '/%25zz/%2541?q=%zz'],
  ['/%C3', '/%25C3'],
])('%s is taken by its letters', (url, literal) => {
  expect(readablePath(url)).toBe(literal)
})
