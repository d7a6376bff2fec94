using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Web.Hosting;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using NodaTime.Text;

namespace CommunityFund.Web.Shell;

/// <summary>
/// What every page of the books shares: the session, a fresh key per form, and the one catch for the foundation's no.
/// A page binds a form, makes one command, runs it and redirects; after a refusal it is drawn again with all that was typed.
/// </summary>
public abstract class FundPage : PageModel
{
    private FundSession? _session;

    /// <summary>Posted back with the form, so that sending it twice does it once.</summary>
    [BindProperty]
    public Guid FormKey { get; set; } = Guid.NewGuid();

    public Refusal? Refusal { get; protected set; }

    /// <summary>What was done, said once on the page the person is sent to.</summary>
    [TempData]
    public string? Said { get; set; }

    protected FundSession Session => _session ??= HttpContext.RequestServices.GetRequiredService<CurrentSession>().Fund;

    protected Task<Identity> WhoAmI() => HttpContext.RequestServices.GetRequiredService<CurrentSession>().WhoAmI();

    protected Words W => HttpContext.RequestServices.GetRequiredService<Words>();

    protected CancellationToken Ct => HttpContext.RequestAborted;

    /// <summary>Kind of a field for a day: a date field would lose a text that is no date, so such a text stays in a plain
    /// field.</summary>
    protected static string TypeOf(string? day) =>
        string.IsNullOrEmpty(day) || LocalDatePattern.Iso.Parse(day).Success ? "date" : "text";

    /// <summary>Runs the work; false if a rule said no, which the page then shows.</summary>
    protected async Task<bool> Try(Func<Task> work)
    {
        try
        {
            await work();
            return true;
        }
        catch (RefusedException refused)
        {
            Refusal = refused.Refusal;
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;

            // What was refused was not done, so the next sending is a new one; a sending that got through keeps its key.
            FormKey = Guid.NewGuid();
            ModelState.Remove(nameof(FormKey));
            return false;
        }
    }

    /// <summary>Reads something typed; a refusal goes beside its field.</summary>
    protected T? Read<T>(string field, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (RefusedException refused)
        {
            ModelState.AddModelError(field, W.Of(refused.Refusal));
            return default;
        }
    }
}
