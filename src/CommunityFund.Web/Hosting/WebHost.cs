using CommunityFund.Books;
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

        await using HostDatabase database = await HostDatabase.Start(builder.Configuration, options.DataDirectory, CancellationToken.None);
        byte[] logKey = LogKey.In(options.DataDirectory);
        await FirstStart.Fill(database.Books, logKey, options, SystemClock.Instance);
        builder.Services.AddSingleton<IClock>(SystemClock.Instance);
        builder.Services.AddSingleton(services => new Foundation(database.Books, services.GetRequiredService<IClock>(), logKey));
        builder.Services.AddSignIn();
        builder.AddShell();

        WebApplication app = builder.Build();
        app.UseShell();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapShell();
        app.Lifetime.ApplicationStarted.Register(() => FirstStart.SayWhere(app.Urls, options.DataDirectory));
        await app.RunAsync();
    }
}
