using CommunityFund.Web.Hosting;
using Microsoft.AspNetCore.Diagnostics;

namespace CommunityFund.Web.Shell;

/// <summary>
/// A form that met a database that was away, with the key it had, so that the reader can send the very same again
/// whatever the page could still draw.
/// </summary>
internal static class SendAgain
{
    /// <summary>What was sent; null where there was no form, and for files and passwords, which are not kept in a page.</summary>
    public static IReadOnlyList<(string Name, string Value)>? FormOf(HttpContext context)
    {
        HttpRequest request = context.Request;
        return HttpMethods.IsPost(request.Method) && request.HasFormContentType && request.Form is { Files.Count: 0 } form
            && !form.Keys.Any(name => name.Contains("password", StringComparison.OrdinalIgnoreCase))
            ? [.. form.Where(field => field.Key != ProofTyped.Field).SelectMany(field => field.Value.Select(value => (field.Key, value ?? "")))]
            : null;
    }

    public static string WhereTo(HttpContext context) =>
        (context.Features.Get<IExceptionHandlerPathFeature>()?.Path ?? context.Request.Path.Value) + context.Request.QueryString;
}
