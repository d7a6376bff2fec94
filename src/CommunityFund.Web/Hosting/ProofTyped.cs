using Microsoft.AspNetCore.Mvc.Filters;

namespace CommunityFund.Web.Hosting;

/// <summary>
/// Step-up in passing: a form that was refused for want of a proof is shown again with a field for it, all else kept hidden in it.
/// What is typed there is looked at before the page runs, which then carries on with the same form.
/// </summary>
internal sealed class ProofTyped(CurrentSession current, Entrance entrance) : IAsyncPageFilter
{
    public const string Field = "proof";

    public Task OnPageHandlerSelectionAsync(PageHandlerSelectedContext context) => Task.CompletedTask;

    public async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        HttpRequest request = context.HttpContext.Request;
        if (current.IsSignedIn && HttpMethods.IsPost(request.Method) && request.HasFormContentType
            && Typed(request) is { Length: > 0 and <= 200 } typed)
        {
            current.ProofRefused = await entrance.Prove(typed, current.SessionId);
        }

        await next();
    }

    // A form that cannot be read holds no proof; what is wrong with it the page says.
    private static string Typed(HttpRequest request)
    {
        try
        {
            return request.Form[Field].ToString();
        }
        catch (InvalidDataException)
        {
            return "";
        }
    }
}
