using CommunityFund.Books;
using CommunityFund.People;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace CommunityFund.Web.Hosting;

/// <summary>Sign-in: ASP.NET Core Identity for passwords and lockout, our cookie, sessions and keys in the database.</summary>
internal static class SignInSetup
{
    public static void AddSignIn(this IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        services.AddScoped(provider => provider.GetRequiredService<Foundation>().Open());
        services.AddScoped<CurrentSession>();
        services.AddScoped<Entrance>();
        services.AddScoped<Device>();
        services.AddScoped<MemberCard>();
        services.AddSingleton<Tries>();
        services.AddSingleton<IPasswordHasher<Login>>(Login.Hasher);
        services.AddIdentityCore<Login>(options =>
            {
                options.Lockout.MaxFailedAccessAttempts = 5;
                options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(15);
            })
            .AddUserStore<UserOnlyStore<Login, FundDb, long>>();
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie();
        services.AddSingleton<ITicketStore, DatabaseTickets>();
        services.AddOptions<CookieAuthenticationOptions>(CookieAuthenticationDefaults.AuthenticationScheme)
            .Configure<ITicketStore>((options, tickets) =>
            {
                options.SessionStore = tickets;
                options.Cookie.Name = "session";
                options.Cookie.HttpOnly = true;
                options.Cookie.SameSite = SameSiteMode.Lax;
                options.ExpireTimeSpan = TimeSpan.FromHours(8);
                options.SlidingExpiration = true;
                options.LoginPath = "/People/SignIn";
                options.AccessDeniedPath = "/error/403";
            });
        services.AddDataProtection().SetApplicationName("CommunityFund");
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(provider =>
            new ConfigureOptions<KeyManagementOptions>(options =>
                options.XmlRepository = new DatabaseKeys(provider.GetRequiredService<Foundation>())));

        services.Configure<MvcOptions>(options =>
        {
            options.Filters.Add<ProofTyped>();
            options.Filters.Add<PasswordFirst>();
        });

        // Nothing is open unless it says so.
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
    }
}
