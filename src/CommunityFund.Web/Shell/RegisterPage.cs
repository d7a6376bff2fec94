using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.Web.Pages.Documents;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Shell;

/// <summary>What the pages of the income registers share: papers that come with a form, and commands told as buttons of a page.</summary>
[RequestSizeLimit(EnclosedForm.LargestRequest)]
[RequestFormLimits(MultipartBodyLengthLimit = EnclosedForm.LargestRequest)]
public abstract class RegisterPage : FundPage
{
    protected const string Xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    [BindProperty]
    public EnclosedForm Enclosed { get; set; } = new();

    /// <summary>Keeps what came with the form; false if something of it may not be kept.</summary>
    protected async Task<bool> Enclose() => await Try(() => Enclosed.Receive(Session, FormKey, ModelState, W, Ct)) && ModelState.IsValid;

    protected LocalDate Day(string field, string? typed) => Read(field, () => DayText.Read(typed));

    protected Amount Money(string field, string? typed) => Read(field, () => AmountText.ReadPositive(typed)) ?? Amount.Fen(0);

    /// <summary>An amount that may be nothing, where nothing is typed, or below it.</summary>
    protected Amount AnyMoney(string field, string? typed) =>
        string.IsNullOrWhiteSpace(typed) ? Amount.Fen(0) : Read(field, () => AmountText.Read(typed)) ?? Amount.Fen(0);

    /// <summary>Runs what a button asks for and says so on the page again; the page as it stands after a refusal.</summary>
    protected async Task<IActionResult> Do(Func<Task<string>> command, Func<Task> load, object route)
    {
        if (ModelState.IsValid && await Enclose() && await Try(async () => Said = W[await command()]))
        {
            return RedirectToPage(null, route);
        }

        Unprocessable();
        await load();
        return Page();
    }
}
