using CommunityFund.Books;
using CommunityFund.Ledger;
using CommunityFund.TimeBank.Activities;
using CommunityFund.TimeBank.Hours;
using CommunityFund.TimeBank.Members;
using CommunityFund.Web.Shell;
using Microsoft.AspNetCore.Mvc;

namespace CommunityFund.Web.Pages.Activities;

/// <summary>A line of the signed sheet as typed: somebody of the list, or the number of a card.</summary>
public sealed class SheetRowForm
{
    public long? Person { get; set; }

    public string? Name { get; set; }

    public string? Card { get; set; }

    public string? Role { get; set; }

    public bool IsSignedUp { get; set; }

    public string? In { get; set; }

    public string? Out { get; set; }

    public bool IsBlank => string.IsNullOrWhiteSpace($"{In}{Out}{Card}");
}

/// <summary>补录: a sheet that was signed by hand, with its photo and why it is entered later.</summary>
[RequestFormLimits(ValueCountLimit = 8000, MultipartBodyLengthLimit = Documents.EnclosedForm.LargestRequest)]
public sealed class PaperModel : RegisterPage
{
    private const int SpareRows = 4;

    [BindProperty(SupportsGet = true)]
    public long Id { get; set; }

    [BindProperty]
    public List<SheetRowForm> Rows { get; set; } = [];

    [BindProperty]
    public string? Reason { get; set; }

    public ActivityPageView? View { get; private set; }

    public async Task OnGetAsync()
    {
        if (await Load())
        {
            // Whoever signed already needs no sheet, unless the coordinator writes the card's number below.
            Rows =
            [
                .. View!.People.Where(person => person is { Attendance: null, IsWithdrawn: false }).Select(person => new SheetRowForm
                {
                    Person = person.Person,
                    Name = person.Name,
                    Role = person.Role,
                    IsSignedUp = true,
                }),
                .. Enumerable.Range(0, SpareRows).Select(_ => new SheetRowForm()),
            ];
        }
    }

    public async Task<IActionResult> OnPostAsync()
    {
        int written = 0;
        if (await Load() && await Enclose() && await Numbers() && await Try(async () => written = await Session.Run(new EnterPaperSheet(
            FormKey, Id,
            [
                .. Rows.Where(row => !row.IsBlank).Select(row => new AttendanceTimes(
                    row.Person ?? 0, (row.In ?? "").Trim(), (row.Out ?? "").Trim(), row.Role ?? "")),
            ],
            Reason ?? "", Enclosed.Enclosures), Ct)))
        {
            Said = W["activities.said-paper", written];
            return RedirectToPage("Show", new { id = Id });
        }

        Unprocessable();
        return Page();
    }

    /// <summary>Finds whose cards were typed; a number nobody has stands beside its field.</summary>
    private async Task<bool> Numbers()
    {
        for (int i = 0; i < Rows.Count; i++)
        {
            if (Rows[i] is { Person: null, IsBlank: false } row)
            {
                try
                {
                    MemberChoice member = await Session.Ask(new MemberOfNumber(View!.Programme, row.Card ?? ""), Ct);
                    (row.Person, row.Name) = (member.Person, member.Name);
                    ModelState.Remove($"Rows[{i}].Person");
                }
                catch (RefusedException refused) when (refused.Refusal.Code == MemberOfNumber.NumberUnknown)
                {
                    ModelState.AddModelError($"Rows[{i}].Card", W.Of(refused.Refusal));
                }
            }
        }

        return ModelState.IsValid;
    }

    private Task<bool> Load() => Try(async () => View = await Session.Ask(new ActivityPage(Id), Ct));
}
