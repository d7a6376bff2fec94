using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace CommunityFund.Web.Hosting;

/// <summary>Whoever has a password that somebody else made sees no page but the one that changes it, and the way out.</summary>
internal sealed class PasswordFirst(CurrentSession current) : IAsyncPageFilter
{
    private static readonly string[] Open = ["/People/Password", "/People/SignIn", "/Error"];

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        if (current is { IsSignedIn: true, MustChangePassword: true }
            && !Open.Contains(context.ActionDescriptor.ViewEnginePath, StringComparer.Ordinal))
        {
            context.Result = new RedirectResult("/People/Password");
            return;
        }

        await next();
    }
}
