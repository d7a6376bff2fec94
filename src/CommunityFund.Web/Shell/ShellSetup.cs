using System.Text.Encodings.Web;
using System.Text.Unicode;
using CommunityFund.Books;
using CommunityFund.Ledger;
using Microsoft.AspNetCore.Localization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Options;

namespace CommunityFund.Web.Shell;

/// <summary>What every page needs: words, languages, headers, static files, error pages.</summary>
internal static class ShellSetup
{
    private static readonly string[] Cultures = ["zh-CN", "en"];

    public static void AddShell(this WebApplicationBuilder builder)
    {
        // Compressed static files are found in an unpublished run of any environment, not only in Development.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(server => server.AddServerHeader = false);
        builder.Services.AddSingleton(WordsOf);
        builder.Services.AddSingleton<IStringLocalizer>(services => services.GetRequiredService<Words>());

        // Chinese text is sent as it is, not as &#x...;: pages stay small and readable.
        builder.Services.AddSingleton(HtmlEncoder.Create(UnicodeRanges.All));
        builder.Services.AddRazorPages()
            .AddDataAnnotationsLocalization(options =>
                options.DataAnnotationLocalizerProvider = (_, factory) => ((WordsFactory)factory).Words);
        builder.Services.AddSingleton<IStringLocalizerFactory, WordsFactory>();
        builder.Services.AddSingleton<IConfigureOptions<MvcOptions>, FormWords>();
        builder.Services.AddRequestLocalization(options =>
        {
            options.SetDefaultCulture(Cultures[0]).AddSupportedCultures(Cultures).AddSupportedUICultures(Cultures);
            options.RequestCultureProviders = [new CustomRequestCultureProvider(LanguageSwitch.Chosen)];
        });
        builder.Services.AddExceptionHandler(options =>
        {
            options.ExceptionHandlingPath = "/error/500";
            options.StatusCodeSelector = StatusOf;

            // Whoever could not be recognised because the database is away is asked for anew, as nobody; see DatabaseTickets.
            options.CreateScopeForErrors = true;

            // The foundation's no is an answer, not a fault; it does not belong in the log.
            options.SuppressDiagnosticsCallback = fault => fault.Exception is RefusedException;
        });
    }

    public static void UseShell(this WebApplication app)
    {
        // Words are read now, so that two files with the same key stop the start.
        _ = app.Services.GetRequiredService<Words>();
        app.UseRequestLocalization();
        app.UseMiddleware<SecurityHeaders>();
        app.UseExceptionHandler();
        app.UseStatusCodePagesWithReExecute("/error/{0}");
        app.UseRouting();
        app.UseMiddleware<TooLarge>();
    }

    public static void MapShell(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapRazorPages().WithStaticAssets();
        app.MapPost(LanguageSwitch.Path, (Delegate)LanguageSwitch.Choose).AllowAnonymous();
    }

    private static int StatusOf(Exception fault) => fault switch
    {
        BadHttpRequestException bad => bad.StatusCode,
        RefusedException { Refusal: var refusal } when FundSession.IsAway(refusal) => StatusCodes.Status503ServiceUnavailable,
        RefusedException { Refusal.Code: var code } when code.StartsWith("need.", StringComparison.Ordinal) =>
            StatusCodes.Status403Forbidden,
        RefusedException => StatusCodes.Status404NotFound,
        _ when PassingFault.Is(fault) => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status500InternalServerError,
    };

    private static Words WordsOf(IServiceProvider services)
    {
        var log = services.GetRequiredService<ILogger<Words>>();
        Action<string>? missing = services.GetRequiredService<IHostEnvironment>().IsProduction()
            ? key => log.LogError("No words for {Key}", key)
            : null;
        return Words.From([typeof(Words).Assembly, typeof(ShellSetup).Assembly], missing);
    }
}
