using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace CommunityFund.Web.Hosting;

/// <summary>Whoever has a password that somebody else made, or lacks a second factor that a role asks for, sees no page but the one
/// that puts it right, and the way out.</summary>
internal sealed class PasswordFirst(CurrentSession current) : IAsyncPageFilter
{
    private static readonly string[] Open = ["/People/Password", "/People/SignIn", "/Error"];
    private static readonly string[] OpenForSetUp = [.. Open, "/People/Totp", "/People/Prove", "/People/Sessions"];

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (current is { IsSignedIn: true, MustChangePassword: true }
            && !Open.Contains(context.ActionDescriptor.ViewEnginePath, StringComparer.Ordinal))
        {
            context.Result = new RedirectResult("/People/Password");
            return;
        }

        if (current is { IsSignedIn: true, MustChangePassword: false, MustSetUpTotp: true }
            && !OpenForSetUp.Contains(context.ActionDescriptor.ViewEnginePath, StringComparer.Ordinal))
        {
            context.Result = new RedirectResult("/People/Totp");
            return;
        }

        await next();
    }
}
