using CommunityFund.Books;
using CommunityFund.Exports;
using CommunityFund.Web.Shell;
using NodaTime;

namespace CommunityFund.Web.Hosting;

/// <summary>From the command line to a running site, and down again: it stops all that it started.</summary>
internal static class WebHost
{
    public static async Task Run(string[] args)
    {
        HostOptions options = HostOptions.Parse(args);
        WebApplicationBuilder builder = WebApplication.CreateBuilder(options.Rest);
        if (options.Url is { } url)
        {
            builder.WebHost.UseUrls(url);
        }

        await using Installation installation = await Installation.Start(
            builder.Configuration.GetConnectionString("Books"), builder.Configuration.GetConnectionString("BooksOwner"),
            options.DataDirectory);
        await installation.Migrate();
        await FirstStart.Fill(installation, options, SystemClock.Instance);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
            .AddFilter("Microsoft.AspNetCore.Mvc.Filters.RequestFormLimitsFilter", LogLevel.Error);
        builder.Services.AddSingleton<IClock>(SystemClock.Instance);
        builder.Services.AddSingleton(services => installation.Open(
            services.GetRequiredService<IClock>(),
            fault => services.GetRequiredService<ILogger<Foundation>>().LogWarning(
                "The database is away: {Fault}", (fault.InnerException ?? fault).Message)));
        builder.Services.AddSingleton(new BackupSite(installation));
        builder.Services.AddHostedService(services => ActivatorUtilities.CreateInstance<NightlyBackups>(services, installation));
        builder.Services.AddHostedService<DueGrants>();
        builder.Services.AddHostedService<DuePoints>();
        builder.Services.AddHostedService<DueReservations>();
        builder.Services.AddHostedService<MonthPackages>();
        builder.Services.AddSingleton(services => new CommunityFund.Exports.MonthShelf(
            options.DataDirectory, services.GetRequiredService<Words>(), services.GetRequiredService<PdfPress>()));
        builder.Services.AddSingleton<CommunityFund.Banking.ImportShelf>();
        builder.Services.AddSingleton<CommunityFund.Donations.GiftShelf>();
        builder.Services.AddSingleton(services => new ExportShelf(
            options.DataDirectory, services.GetRequiredService<IClock>(),
            fault => services.GetRequiredService<ILogger<ExportShelf>>().LogError(fault, "An export failed"),
            services.GetRequiredService<PdfPress>()));
        builder.Services.AddSingleton(services => new PdfPress(
            onFault: fault => services.GetRequiredService<ILogger<PdfPress>>().LogWarning(fault, "A PDF was not made")));
        builder.Services.AddSignIn();
        builder.AddShell();

        WebApplication app = builder.Build();

        // Made now, for it takes away what a run that was killed left half-written.
        _ = app.Services.GetRequiredService<ExportShelf>();
        app.UseShell();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapShell();

        // What is not here is not here for anybody; only what exists asks who one is.
        app.MapFallback(() => Results.NotFound()).AllowAnonymous();
        installation.Watch(words => app.Logger.LogWarning("{Words}", words));
        app.Lifetime.ApplicationStarted.Register(() => FirstStart.SayWhere(app.Urls, options.DataDirectory));
        await app.RunAsync();
    }
}
