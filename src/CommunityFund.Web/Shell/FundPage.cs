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
            if (FundSession.IsAway(refused.Refusal))
            {
                // It may have been done: only the same key can tell, so the form keeps it. That what the page asked for
                // afterwards had no answer either is no news.
                Refusal = Refusal is { Code: FundSession.Unavailable } ? Refusal : refused.Refusal;
                Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return false;
            }

            Refusal = refused.Refusal;
            Unprocessable();

            // What was refused was not done, so the next sending is a new one; a sending that got through keeps its key.
            FormKey = Guid.NewGuid();
            ModelState.Remove(nameof(FormKey));
            return false;
        }
    }

    /// <summary>What is asked for as a PDF to take away; the page again, with the reason, where a rule or the press said no.</summary>
    protected async Task<IActionResult> TakePdf(Func<Task<PaperSheet>> ask)
    {
        FileContentResult? file = null;
        return await Try(async () =>
        {
            PaperSheet sheet = await ask();
            PdfPress press = HttpContext.RequestServices.GetRequiredService<PdfPress>();
            file = File(await press.Print(sheet, W, Ct), "application/pdf", sheet.FileName);
        }) ? file! : Page();
    }

    /// <summary>The form is wrong; that the database is away weighs more.</summary>
    protected void Unprocessable()
    {
        if (Response.StatusCode != StatusCodes.Status503ServiceUnavailable)
        {
            Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
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
