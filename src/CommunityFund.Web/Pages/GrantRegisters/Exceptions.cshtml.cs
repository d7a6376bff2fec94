using CommunityFund.Grants.Registers;
using Microsoft.AspNetCore.Mvc;
using NodaTime;

namespace CommunityFund.Web.Pages.GrantRegisters;

/// <summary>What is out of the ordinary among running grants.</summary>
public sealed class ExceptionsModel : GrantRegisterPage
{
    [BindProperty(SupportsGet = true, Name = "kind")]
    public GrantException? Kind { get; set; }

    [BindProperty(SupportsGet = true, Name = "since")]
    public string? Since { get; set; }

    public ExceptionRegisterView? Found { get; private set; }

    public override (string Name, string Label, string? Chosen, IReadOnlyList<(string Value, string Text)> Values)? Own => ("kind",
        W["grantreg.kind"], Kind?.ToString(), [.. Enum.GetValues<GrantException>().Select(kind => ($"{kind}", W.Show(kind)))]);

    protected override async Task<ShownRegister> Ask(RegisterFilter filter, bool takes)
    {
        LocalDate? since = string.IsNullOrWhiteSpace(Since) ? null : Day(nameof(Since), Since);
        Found = await Answer(new ExceptionRegister(filter, Kind, ModelState.IsValid ? since : null), takes);
        return new ShownRegister(Found.Head, RegisterTable.Of(Found, W), Found.Total);
    }
}
