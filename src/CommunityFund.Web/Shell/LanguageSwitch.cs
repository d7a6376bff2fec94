using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Localization;

namespace CommunityFund.Web.Shell;

/// <summary>
/// The reader's language is what the reader chose, never what the browser was set up with: Chinese until then.
/// Choosing changes nothing but a cookie on the reader's own machine, so the form needs no forgery token and never
/// fails on a page that has stood open for a day.
/// </summary>
internal static class LanguageSwitch
{
    public const string Path = "/language";
    private const string Cookie = "lang";

    public static Task<ProviderCultureResult?> Chosen(HttpContext context) => Task.FromResult(
        context.Request.Cookies[Cookie] is "en" ? new ProviderCultureResult("en") : null);

    /// <summary>The page the reader is on, also where an error page stands in its place.</summary>
    public static string Here(HttpContext context) =>
        context.Features.Get<IStatusCodeReExecuteFeature>() is { } failed ? failed.OriginalPath + failed.OriginalQueryString
        : context.Features.Get<IExceptionHandlerPathFeature>() is { } fault ? fault.Path
        : context.Request.Path + context.Request.QueryString;

    public static async Task<IResult> Choose(HttpContext context)
    {
        IFormCollection form = context.Request.HasFormContentType
            ? await context.Request.ReadFormAsync(context.RequestAborted)
            : FormCollection.Empty;
        string culture = form["culture"] == "en" ? "en" : "zh-CN";
        string back = $"{form["back"]}";
        context.Response.Cookies.Append(Cookie, culture, new CookieOptions
        {
            MaxAge = TimeSpan.FromDays(365),
            HttpOnly = true,
            IsEssential = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
        });
        return Results.LocalRedirect(RedirectHttpResult.IsLocalUrl(back) && back[0] == '/' ? back : "/");
    }
}
