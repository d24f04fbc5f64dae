/** The viewer's browser build, which brings no types: as much of it as we use. */
declare module 'swagger-ui-dist/swagger-ui-es-bundle' {
  type Request = { credentials?: RequestCredentials }

  type Options = Readonly<{
    domNode: HTMLElement
    url: string
    deepLinking: boolean
    docExpansion: 'list' | 'none'
    defaultModelsExpandDepth: number
    displayRequestDuration: boolean
    tryItOutEnabled: boolean
    persistAuthorization: boolean
    validatorUrl: null
    requestInterceptor: (request: Request) => Request
    onComplete: () => void
  }>

  export default function SwaggerUI(options: Options): unknown
}
