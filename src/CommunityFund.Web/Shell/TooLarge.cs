using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;

namespace CommunityFund.Web.Shell;

/// <summary>
/// Answers 413 before a form is read that says it is larger than its page allows. Left to the form reader, the same
/// upload would end as a broken form (400) and the reader would not learn why. Stands after routing, which sets a page's limit.
/// </summary>
internal sealed class TooLarge
{
    private readonly RequestDelegate _next;

    public TooLarge(RequestDelegate next) => _next = next;

    public Task InvokeAsync(HttpContext context)
    {
        long? limit = context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize;
        bool showingAnError = context.Features.Get<IStatusCodeReExecuteFeature>() is not null;
        if (showingAnError || !(context.Request.ContentLength > limit))
        {
            return _next(context);
        }

        // The error page, shown next, would otherwise try to read the form that is not to be read.
        context.Request.ContentType = null;
        context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        return Task.CompletedTask;
    }
}
